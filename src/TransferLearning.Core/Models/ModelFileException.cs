using TransferLearning.Internal;

namespace TransferLearning.Models;

/// <summary>
/// A model file is damaged, altered, or not one at all, or needs a part that was not supplied; the message names the file and says what is wrong.
/// </summary>
/// <param name="name">The file's name.</param>
/// <param name="reason">What is wrong, to follow the name in a sentence.</param>
/// <param name="inner">The exception that reported it first.</param>
public sealed class ModelFileException(string name, string reason, Exception? inner = null) : IOException(PrintableText.Of($"'{name}' {reason}"), inner);
