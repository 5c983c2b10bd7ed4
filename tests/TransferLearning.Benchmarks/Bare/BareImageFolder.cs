using static TorchSharp.torch;

namespace TransferLearning.Benchmarks.Bare;

/// <summary>A folder of class folders for TorchSharp's loader.</summary>
internal sealed class BareImageFolder : utils.data.Dataset
{
    private readonly (string Path, long Label)[] _files;
    private readonly bool _training;
    private readonly BareImage _images = new();

    public BareImageFolder(string folder, bool training)
    {
        _training = training;
        string[] classes = [.. Directory.GetDirectories(folder).Order(StringComparer.Ordinal)];
        _files = [.. classes.SelectMany((name, label) => Photographs(name).Select(path => (path, (long)label)))];
    }

    public override long Count => _files.Length;

    public override Dictionary<string, Tensor> GetTensor(long index)
    {
        (string path, long label) = _files[index];
        return new Dictionary<string, Tensor>
        {
            ["data"] = _training ? _images.ForTraining(path) : _images.ForEvaluation(path),
            ["label"] = tensor(label),
        };
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _images.Dispose();
        base.Dispose(disposing);
    }

    private static IEnumerable<string> Photographs(string folder) =>
        Directory.GetFiles(folder).Where(path => Path.GetExtension(path) is ".jpg" or ".jpeg").Order(StringComparer.Ordinal);
}
