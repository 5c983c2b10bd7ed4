namespace TransferLearning.Formats;

/// <summary>A weights file cannot be read; the message names it, says what was found and what would be right. Nothing in the file was run.</summary>
public sealed class WeightsFormatException : IOException
{
    /// <summary>Reports a file that cannot be read.</summary>
    /// <param name="name">The file: a path, say.</param>
    /// <param name="reason">What was found, and what would be right.</param>
    /// <param name="innerException">What reported it first, where something did.</param>
    public WeightsFormatException(string name, string reason, Exception? innerException = null)
        : base($"'{name}': {reason}", innerException)
    {
        FileName = name;
        Reason = reason;
    }

    /// <summary>The file.</summary>
    public string FileName { get; }

    /// <summary>What was found, and what would be right.</summary>
    public string Reason { get; }
}
