using TransferLearning.Internal;

namespace TransferLearning.Data;

/// <summary>A source failed to load a sample; the message names the sample, and the inner exception says why.</summary>
public sealed class SampleLoadException : IOException
{
    internal SampleLoadException(string name, Exception inner)
        : base(PrintableText.Of($"'{name}' cannot be loaded: {inner.Message}"), inner) => SampleName = name;

    /// <summary>The sample.</summary>
    public string SampleName { get; }
}
