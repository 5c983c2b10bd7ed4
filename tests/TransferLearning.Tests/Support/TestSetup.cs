using System.Runtime.CompilerServices;
using TorchSharp;
using TransferLearning.Native;

namespace TransferLearning.Tests.Support;

internal static class TestSetup
{
    // Two torch threads beside a busy neighbour are up to fifteen times slower than one, and add up in another order.
    [ModuleInitializer]
    internal static void OneTorchThread()
    {
        RuntimeHelpers.RunModuleConstructor(typeof(TorchRuntime).Module.ModuleHandle);
        torch.set_num_threads(1);
    }
}
