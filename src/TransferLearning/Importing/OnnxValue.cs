using static TorchSharp.torch;

namespace TransferLearning.Importing;

/// <summary>A value of the graph: computed from the images, or stored, which means that it can be read from the file's tensors alone.</summary>
/// <param name="name">Its name in the graph.</param>
/// <param name="shape">Its shape, with <see cref="OnnxNode.ImageCount"/> for the number of images.</param>
/// <param name="read">Reads a stored value; the caller disposes it. Null for a computed one.</param>
internal sealed class OnnxValue(string name, long[] shape, Func<IOnnxTensors, Tensor>? read)
{
    public string Name => name;

    public long[] Shape => shape;

    public Func<IOnnxTensors, Tensor>? Read => read;

    public bool IsStored => read is not null;

    /// <summary>How many layers are computed whenever a stored value is read: none for a tensor of the file, and for a small one that is kept.</summary>
    public int Steps { get; init; }

    /// <summary>How many layers lie one behind another between a stored value and the file.</summary>
    public int Depth { get; init; }
}

/// <summary>Where the tensors that are in a file are read.</summary>
internal interface IOnnxTensors
{
    /// <summary>A tensor, floating-point ones in float32; the caller disposes it.</summary>
    /// <param name="leaf">Which.</param>
    Tensor Read(OnnxLeaf leaf);
}
