using System.Reflection;
using static TorchSharp.torch;

namespace TransferLearning.Native;

/// <summary>Disposes modules and what they hold in native memory.</summary>
/// <remarks>
/// TorchSharp 0.107's Linear, Convolution, Bilinear and PReLU override Dispose(bool) without calling <see cref="nn.Module"/>'s, and the finalizer of a
/// module's handle releases nothing: each of them would leave 560 bytes behind. Module's own is therefore called for every module, past any override.
/// It does nothing where it has run before.
/// </remarks>
internal static unsafe class NativeModules
{
    private static readonly delegate*<nn.Module, bool, void> _release = (delegate*<nn.Module, bool, void>)typeof(nn.Module)
        .GetMethod("Dispose", BindingFlags.Instance | BindingFlags.NonPublic, [typeof(bool)])!.MethodHandle.GetFunctionPointer();

    /// <summary>Disposes a module and all modules below it.</summary>
    public static void Dispose(nn.Module module)
    {
        nn.Module[] all = [.. module.modules(), module];
        module.Dispose();
        foreach (nn.Module part in all)
            _release(part, true);
    }
}
