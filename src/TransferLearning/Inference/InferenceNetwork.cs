using TorchSharp;
using TransferLearning.Imaging;
using TransferLearning.Networks;
using TransferLearning.Networks.Layers;
using TransferLearning.Transforms;
using static TorchSharp.torch;

namespace TransferLearning.Inference;

/// <summary>A network whose weights are frozen, for many threads: they prepare images side by side and compute one after another. Owns the network.</summary>
internal sealed class InferenceNetwork : IDisposable
{
    private readonly Backbone _backbone;
    private readonly Device _device;
    private readonly int _side;
    private readonly Lock _computing = new();
    private readonly IDisposable _held;
    private bool _disposed;

    /// <param name="backbone">Owned from here on: disposed where this throws.</param>
    /// <param name="preprocessing">How it wants its images.</param>
    /// <param name="reader">Reads them.</param>
    /// <param name="device">Where to compute; the CPU by default.</param>
    /// <param name="precision">The number format of the activations.</param>
    public InferenceNetwork(Backbone backbone, Preprocessing preprocessing, ImageReader reader, Device? device, ComputePrecision precision)
    {
        try
        {
            _backbone = backbone;
            _device = device ?? CPU;
            _side = preprocessing.CropTo;
            Preparer = new ImagePreparer(preprocessing, reader);
            backbone.Network.to(_device);
            backbone.Network.eval();
            backbone.ComputeIn(precision);
            _held = backbone.Hold(WeightsHeld.All); // nothing changes them any more
        }
        catch
        {
            backbone.Dispose();
            throw;
        }
    }

    /// <summary>Makes what <see cref="Compute"/> takes.</summary>
    public ImagePreparer Preparer { get; }

    /// <summary>Does something with the network while no other thread does; tensors made meanwhile die.</summary>
    /// <exception cref="ObjectDisposedException">The owner, of the given type, was disposed.</exception>
    public T Use<T>(object owner, Func<Backbone, T> action)
    {
        lock (_computing)
        {
            ObjectDisposedException.ThrowIf(_disposed, owner);
            using IDisposable noGradient = no_grad();
            using var scope = NewDisposeScope();
            return action(_backbone);
        }
    }

    /// <summary>Computes something of N prepared images, N x side x side x 3 floats.</summary>
    public T Compute<T>(object owner, float[] pixels, int count, Func<Backbone, Tensor, T> compute) => Use(owner, backbone =>
    {
        Tensor images = tensor(pixels, [count, _side, _side, 3]).permute(0, 3, 1, 2); // NCHW shape, channels-last memory
        return compute(backbone, images.to(_device));
    });

    public void Dispose()
    {
        lock (_computing)
        {
            if (!_disposed)
            {
                _held.Dispose();
                _backbone.Dispose();
            }
            _disposed = true;
        }
    }
}
