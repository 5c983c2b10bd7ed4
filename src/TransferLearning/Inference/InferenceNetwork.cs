using TorchSharp;
using TransferLearning.Batching;
using TransferLearning.Data;
using TransferLearning.Imaging;
using TransferLearning.Native;
using TransferLearning.Networks;
using TransferLearning.Networks.Layers;
using TransferLearning.Transforms;
using static TorchSharp.torch;

namespace TransferLearning.Inference;

/// <summary>A network, or several of one kind, in evaluation mode. Thread-safe: threads prepare images in parallel and compute one after another. Owns
/// them.</summary>
internal sealed class InferenceNetwork : IDisposable
{
    // A batch ahead is enough, but of a batch of thousands that would be gigabytes.
    private const int MostAhead = 128;

    private readonly IReadOnlyList<Backbone> _networks;
    private readonly int _side;
    private readonly ImagePreparer _preparer;
    private readonly Lock _computing = new();
    private IDisposable[] _held = [];
    private bool _disposed;

    // Owns the networks, and disposes them if this throws.
    public InferenceNetwork(IReadOnlyList<Backbone> networks, Preprocessing preprocessing, ImageReader reader, Device? device, ComputePrecision precision)
    {
        _networks = networks;
        Device = device ?? ComputeDevice.Default;
        try
        {
            if (ComputeDevice.FindProblem(Device) is { } problem)
                throw new ArgumentException(problem, nameof(device));
            _side = preprocessing.CropTo;
            _preparer = ImagePreparer.ForEvaluation(preprocessing, reader);
            foreach (Backbone network in networks)
            {
                network.Network.to(Device);
                network.Network.eval();
                network.ComputeIn(precision);
            }
            _held = Hold();
        }
        catch
        {
            DisposeNetworks();
            throw;
        }
    }

    public Device Device { get; }

    /// <summary>Does something with the networks while no other thread does; tensors made meanwhile die.</summary>
    /// <exception cref="ObjectDisposedException">The owner, of the given type, was disposed.</exception>
    public T Use<T>(object owner, Func<IReadOnlyList<Backbone>, T> action)
    {
        lock (_computing)
        {
            ObjectDisposedException.ThrowIf(_disposed, owner);
            using IDisposable noGradient = no_grad();
            using var scope = NewDisposeScope();
            return action(_networks);
        }
    }

    /// <summary>Changes the weights while nothing is computed.</summary>
    public void Change(object owner, Action<IReadOnlyList<Backbone>> change) => Use(owner, networks =>
    {
        LetGo();
        try
        {
            change(networks);
        }
        finally
        {
            _held = Hold();
        }
        return networks;
    });

    /// <summary>Hands the networks over to the caller; from now on, the owner is as if disposed.</summary>
    public IReadOnlyList<Backbone> Release(object owner) => Use(owner, networks =>
    {
        LetGo();
        _disposed = true;
        return networks;
    });

    /// <summary>Computes something of a black image, as of any other.</summary>
    public void WarmUp(object owner) => Use(owner, networks =>
    {
        Tensor image = zeros([1, _side, _side, 3], device: Device).permute(0, 3, 1, 2);
        Tensor[] outputs = [.. networks.Select(network => network.Forward(image))]; // all are computed
        return outputs[^1];
    });

    /// <summary>Computes something of one image.</summary>
    public T Compute<T>(
        object owner, ReadOnlySpan<byte> encoded, string name, Func<IReadOnlyList<Backbone>, Tensor, string[], T> compute, ViewPreparer? views = null) =>
        Compute(owner, [Prepare(encoded, name, views)], compute);

    /// <summary>Computes something of many images batch by batch; while the network computes one batch, threads prepare the next.</summary>
    /// <param name="owner">Who is disposed with the network.</param>
    /// <param name="images">Taken as they are needed, about a batch ahead.</param>
    /// <param name="batchSize">Images per batch, each view counting as one; at least 1. No batch has more than fit into one tensor.</param>
    /// <param name="compute">From float32 [N * views, 3, side, side] on the network's device and the N images' names, a result for each image.</param>
    /// <param name="views">The views of each image; absent, the image is prepared for evaluation.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="batchSize"/> is below 1.</exception>
    public IEnumerable<T> ComputeMany<T>(
        object owner, IEnumerable<EncodedImage> images, int batchSize, Func<IReadOnlyList<Backbone>, Tensor, string[], T[]> compute,
        ViewPreparer? views = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        int viewsPerImage = views?.Count ?? 1;
        batchSize = Math.Max(1, Math.Min(batchSize, BatchAssembler.MostImages(_side, _side)) / viewsPerImage);
        int workers = Math.Min(Environment.ProcessorCount, batchSize);
        int ahead = Math.Min(batchSize, Math.Max(1, MostAhead / viewsPerImage));
        IEnumerable<PreparedImage[]> prepared = ReadAhead.Of(images, ahead, workers, Load, Release);
        return ReadAhead.Batches(prepared, batchSize, Release).SelectMany(batch => Compute(owner, batch, compute));

        PreparedImage[] Load(EncodedImage image)
        {
            using EncodedBytes encoded = image.Load();
            return Prepare(encoded.Span, image.Name, views);
        }
    }

    /// <summary>The values of each image of a batch, in the order of its axes.</summary>
    /// <param name="batch">[N, ...], on any device, in any floating-point format.</param>
    /// <param name="value">What a value is called in the error, such as "Output".</param>
    /// <param name="names">The names of the N images.</param>
    /// <exception cref="InvalidOperationException">A value is NaN or infinite; the message names the image.</exception>
    public static float[][] Rows(Tensor batch, string value, string[] names) =>
        FiniteRows.Of(batch.to(ScalarType.Float32).cpu().contiguous().data<float>().ToArray(), value, names);

    private PreparedImage[] Prepare(ReadOnlySpan<byte> encoded, string name, ViewPreparer? views) =>
        views is null ? [_preparer.Prepare(encoded, name)] : views.Prepare(encoded, name);

    private T Compute<T>(object owner, PreparedImage[][] prepared, Func<IReadOnlyList<Backbone>, Tensor, string[], T> compute)
    {
        try
        {
            PreparedImage[] views = [.. prepared.SelectMany(image => image)];
            return Use(owner, networks => compute(networks, BatchAssembler.Stack(views).to(Device), [.. prepared.Select(image => image[0].Name)]));
        }
        finally
        {
            foreach (PreparedImage[] image in prepared)
                Release(image);
        }
    }

    private void Release(PreparedImage[] image) => Array.ForEach(image, _preparer.Release);

    public void Dispose()
    {
        lock (_computing)
        {
            if (!_disposed)
            {
                LetGo();
                DisposeNetworks();
            }
            _disposed = true;
        }
    }

    // Nothing changes the weights any more, except for Change.
    private IDisposable[] Hold() => [.. _networks.Select(network => network.Hold(WeightsHeld.All))];

    private void LetGo()
    {
        foreach (IDisposable held in _held)
            held.Dispose();
        _held = [];
    }

    private void DisposeNetworks()
    {
        foreach (Backbone network in _networks)
            network.Dispose();
    }
}
