namespace TransferLearning.Models;

/// <summary>
/// A model file is damaged, altered, or not one at all, or needs a part that is not at hand; the message names the file
/// and says what is wrong.
/// </summary>
/// <param name="name">The file's name.</param>
/// <param name="reason">What is wrong, to follow the name in a sentence.</param>
/// <param name="inner">What it was found by.</param>
public sealed class ModelFileException(string name, string reason, Exception? inner = null) : IOException($"'{name}' {reason}", inner);
