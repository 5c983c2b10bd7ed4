using static TorchSharp.torch;

namespace TransferLearning.Formats.Onnx;

/// <summary>An ONNX file that is open: its messages, and its tensors where they lie. For one thread at a time.</summary>
/// <param name="file">The file; taken over.</param>
/// <param name="path">Its path, which also says where external data are.</param>
/// <param name="proto">Its messages.</param>
internal sealed class OnnxModel(Stream file, string path, ModelProto proto) : IDisposable
{
    // Constants of a few bytes can stand for several times as many; weights cannot.
    private const long MemoryForAnyFile = 16L << 20;

    private readonly ExternalData _external = new(path);
    private readonly HashSet<TensorProto> _read = new(ReferenceEqualityComparer.Instance);
    private long _memory;

    /// <summary>The messages, without data of more than some bytes: <see cref="ReadTensor"/> finds them.</summary>
    public ModelProto Proto => proto;

    public string Path => path;

    /// <summary>The values of a tensor in its own type and in main memory; the caller disposes it.</summary>
    /// <exception cref="OnnxFormatException">
    /// Its type cannot be read, its data are not what type and shape ask for, or they lie in a file that is not taken.
    /// </exception>
    public Tensor ReadTensor(TensorProto tensor) => Check(() =>
    {
        try
        {
            var data = new OnnxData(tensor, file, _external);
            Take(tensor, data.ByteCount);
            return data.Read();
        }
        catch (InvalidDataException exception)
        {
            throw new InvalidDataException($"tensor '{tensor.Name}': {exception.Message}", exception);
        }
    });

    /// <summary>Runs a check, and names the file in what it reports as <see cref="InvalidDataException"/>.</summary>
    /// <exception cref="OnnxFormatException">The check failed.</exception>
    public T Check<T>(Func<T> check) => FormatErrors.Name(path, check, OnnxFormatException.Of);

    public void Dispose() => file.Dispose();

    // A tensor that is read again counts once.
    private void Take(TensorProto tensor, long bytes)
    {
        if (_read.Add(tensor))
            _memory += bytes;
        long most = MemoryForAnyFile + file.Length + _external.Length;
        if (_memory > most)
            throw new InvalidDataException($"the tensors up to this one take {_memory} bytes of memory, and {most} are the most for files of this size");
    }
}
