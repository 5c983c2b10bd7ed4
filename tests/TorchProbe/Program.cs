using System.Runtime.CompilerServices;
using TorchSharp;
using TransferLearning.Native;

// Computes one sum in a process of its own, so that tests can see how the native library loads, or why it does not.
try
{
    if (args is ["torchsharp-first"])
        RuntimeHelpers.RunModuleConstructor(typeof(TorchRuntime).Module.ModuleHandle);
    else
        TorchRuntime.EnsureAvailable();

    using torch.Tensor ones = torch.ones(3);
    Console.WriteLine(ones.sum().item<float>());
    return 0;
}
catch (TypeInitializationException failure) when (failure.InnerException is TorchUnavailableException unavailable)
{
    Console.Error.WriteLine(unavailable.Message);
    return 3;
}
catch (TorchUnavailableException unavailable)
{
    Console.Error.WriteLine(unavailable.Message);
    return 3;
}
