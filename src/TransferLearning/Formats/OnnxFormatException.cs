namespace TransferLearning.Formats;

/// <summary>An ONNX file cannot be read; the message names it, says what was found and what would be right. Nothing in the file was run.</summary>
/// <param name="name">The file: a path, say.</param>
/// <param name="reason">What was found, and what is expected.</param>
/// <param name="innerException">The exception that reported it first.</param>
public sealed class OnnxFormatException(string name, string reason, Exception? innerException = null)
    : IOException($"'{name}': {reason}", innerException)
{
    /// <summary>The file.</summary>
    public string FileName => name;

    /// <summary>What was found, and what is expected.</summary>
    public string Reason => reason;

    internal static OnnxFormatException Of(string name, string reason, Exception innerException) => new(name, reason, innerException);
}
