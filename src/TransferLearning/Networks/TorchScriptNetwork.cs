using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using TorchSharp.Modules;
using TransferLearning.Internal;
using TransferLearning.Networks.Layers;
using TransferLearning.Transforms;
using static TorchSharp.torch;

namespace TransferLearning.Networks;

/// <summary>
/// A network that PyTorch wrote as TorchScript, with a new head behind it. The script stays in evaluation mode, because its
/// dropout and batch norms cannot be reached one by one; its weights learn like any others.
/// </summary>
internal sealed class TorchScriptNetwork : StagedNetwork
{
    private readonly jit.ScriptModule<Tensor, Tensor> script;
    private readonly LinearLayer head;
    private readonly string _path;

    public TorchScriptNetwork(string path, int featureSize) : base(nameof(TorchScriptNetwork))
    {
        _path = path;
        try
        {
            RequireScript(path);
            script = jit.load<Tensor, Tensor>(path);
        }
        catch (Exception failure) when (failure is InvalidDataException or ExternalException)
        {
            throw new InvalidDataException(
                $"'{path}' is no TorchScript file that libtorch can read: {failure.Message.Split('\n')[0]} Write one with " +
                "torch.jit.script(network).save(path) or torch.jit.trace; a file of weights alone is opened by WithWeights.", failure);
        }
        foreach ((string _, Parameter parameter) in script.named_parameters())
            parameter.requires_grad = true; // a frozen script would keep its own
        head = Layer.Linear(featureSize, 1000);
        RegisterComponents();
        eval();
    }

    public override IReadOnlyList<Func<Tensor, Tensor>> Steps =>
    [
        Features,    // [N, 3, H, W] to [N, features]
        head.call,   // to [N, classes]
    ];

    /// <summary>Names the file's network after the file and its content, for features of another script must not be taken for its own.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static BackboneInfo Describe(string path, int featureSize, Preprocessing preprocessing)
    {
        using FileStream file = RegularFile.Open(path);
        string hash = Convert.ToHexStringLower(SHA256.HashData(file))[..8];
        return new BackboneInfo
        {
            Name = $"{Path.GetFileNameWithoutExtension(path)}-{hash}",
            Stages = [new Stage("script", nameof(script)), new Stage("head", nameof(head))],
            Head = nameof(head),
            FeatureSize = featureSize,
            Preprocessing = preprocessing,
        };
    }

    /// <inheritdoc/>
    public override void train(bool on = true)
    {
        base.train(on);
        script.train(false);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        // TorchSharp walks through the modules while it disposes them, and a script that was disposed cannot be walked through.
        if (disposing && _internal_submodules.Remove(nameof(script)))
            script.Dispose();
        base.Dispose(disposing);
    }

    // What is no archive of a script is refused before native code opens it.
    private static void RequireScript(string path)
    {
        using FileStream file = RegularFile.Open(path);
        Span<byte> start = stackalloc byte[4];
        if (file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) < start.Length || !start.SequenceEqual("PK\u0003\u0004"u8))
            throw new InvalidDataException("It is no zip archive.");
        using var zip = new ZipArchive(file, ZipArchiveMode.Read);
        if (!zip.Entries.Any(entry => entry.Name is "constants.pkl" or "model.json"))
            throw new InvalidDataException("It is a zip archive without a 'constants.pkl', so torch.jit did not write it.");
    }

    private Tensor Features(Tensor images)
    {
        using var scope = NewDisposeScope();
        Tensor output = script.forward(images).to(ScalarType.Float32);
        Tensor features = output.dim() == 4 ? output.mean([2, 3]) : output;
        if (features.dim() != 2 || features.shape[1] != head.Weight.shape[1])
        {
            throw new InvalidOperationException(
                $"The script '{_path}' gives {ShapeText.Of(output.shape)} for images {ShapeText.Of(images.shape)}; " +
                $"it must give [N, {head.Weight.shape[1]}] or maps of {head.Weight.shape[1]} channels.");
        }
        return features.MoveToOuterDisposeScope();
    }
}
