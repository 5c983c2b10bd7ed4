using System.Globalization;
using System.Security.Cryptography;
using TransferLearning.Internal;

namespace TransferLearning.Formats.Onnx;

/// <summary>
/// Weights in a file beside their model, each at a whole page, so that it can be mapped. The file is named after its content: whoever has such a file
/// open, or a model that refers to it, never sees another's data in it.
/// </summary>
internal sealed class OnnxWeights
{
    private const int Page = 4096;
    private const int NameDigits = 16;

    // Shapes and the like, which runtimes look at when they load a model.
    private const int LargestInside = 1024;

    private readonly Dictionary<OnnxInitializer, long> _offsets = new(ReferenceEqualityComparer.Instance);
    private readonly string _path;

    /// <summary>Places the weights, and reads them once to name the file.</summary>
    public OnnxWeights(string modelPath, IReadOnlyList<OnnxInitializer> initializers)
    {
        long end = 0;
        foreach (OnnxInitializer weight in initializers.Where(weight => weight.ByteCount > LargestInside))
        {
            long start = (end + Page - 1) / Page * Page;
            _offsets.Add(weight, start);
            end = start + weight.ByteCount;
        }

        using var hash = SHA256.Create();
        using (var stream = new CryptoStream(Stream.Null, hash, CryptoStreamMode.Write))
            Write(stream);
        _path = $"{Path.GetFullPath(modelPath)}.{Convert.ToHexStringLower(hash.Hash!)[..NameDigits]}.data";
    }

    /// <summary>Whether a weight is in this file.</summary>
    public bool Has(OnnxInitializer weight) => _offsets.ContainsKey(weight);

    /// <summary>Tells a message where its tensor's data are.</summary>
    public void Describe(OnnxInitializer weight, TensorProto message)
    {
        message.DataLocation = TensorProto.Types.DataLocation.External;
        Add(ExternalData.LocationKey, Path.GetFileName(_path));
        Add(ExternalData.OffsetKey, Text(_offsets[weight]));
        Add(ExternalData.LengthKey, Text(weight.ByteCount));

        void Add(string key, string value) => message.ExternalData.Add(new StringStringEntryProto { Key = key, Value = value });
    }

    /// <summary>Writes the file, then what refers to it; where that fails, the file is gone again unless it was there before.</summary>
    public void WriteThen(Action next)
    {
        bool isNew = !Path.Exists(_path);
        AtomicFile.Write(_path, Write);
        try
        {
            next();
        }
        catch
        {
            if (isNew)
                AtomicFile.IfPossible(() => File.Delete(_path));
            throw;
        }
    }

    private void Write(Stream target)
    {
        long end = 0;
        foreach ((OnnxInitializer weight, long start) in _offsets.OrderBy(entry => entry.Value))
        {
            target.Write(new byte[start - end]);
            weight.WriteTo(target);
            end = start + weight.ByteCount;
        }
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
