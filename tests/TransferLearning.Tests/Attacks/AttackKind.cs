using TransferLearning.Imaging;

namespace TransferLearning.Tests.Attacks;

/// <summary>A kind of hostile input: how a case is made, what it is given to, and what the documents say of it.</summary>
internal abstract class AttackKind : IDisposable
{
    /// <summary>Each kind, by the name that the command and the suite call it.</summary>
    public static IReadOnlyDictionary<string, Func<AttackKind>> All { get; } = new OrderedDictionary<string, Func<AttackKind>>
    {
        ["images, SkiaSharp"] = () => new ImageAttack(new SkiaImageDecoder()),
        ["images, ImageSharp"] = () => new ImageAttack(new ImageSharpDecoder()),
        ["model files"] = () => new ModelFileAttack(),
        ["weights"] = () => new WeightsAttack(),
        ["ONNX files"] = () => new OnnxAttack(),
        ["manifests"] = () => new ManifestAttack(),
        ["folders"] = () => new FolderAttack(),
        ["hub configuration"] = () => new HubAttack(),
        ["servers"] = () => new ServerAttack(),
        ["feature cache"] = () => new FeatureCacheAttack(),
        ["parts of a fit"] = () => new FaultAttack(),
        ["file system"] = () => new FileSystemAttack(),
    };

    /// <summary>The bytes that a case may take beyond what the process held before.</summary>
    public abstract long MemoryBound { get; }

    /// <summary>The time after which a case counts as hanging: many times what one takes, so that a busy machine is no failure.</summary>
    public virtual TimeSpan Limit => TimeSpan.FromSeconds(20);

    /// <summary>The number of cases after which all are tried.</summary>
    /// <value>Null: they are drawn at random, and there is always another.</value>
    public virtual int? Count => null;

    /// <summary>Makes a case.</summary>
    /// <param name="seed">The seed of the run.</param>
    /// <param name="number">The case's number, from 0. The first ones are written out, where a kind has such; the others are drawn.</param>
    /// <returns>The same case for the same arguments; null where there is none on this system.</returns>
    public abstract Attack? Make(long seed, int number);

    /// <summary>Whether an error is one that the documents name.</summary>
    public abstract bool IsDocumented(Exception error);

    public virtual void Dispose()
    {
    }
}
