namespace TransferLearning.Models;

/// <summary>A model file is damaged, altered, or not one at all; the message names it and says what differs.</summary>
public sealed class ModelFileException : IOException
{
    internal ModelFileException(string name, string reason, Exception? inner = null)
        : base($"'{name}' {reason}", inner)
    {
    }
}
