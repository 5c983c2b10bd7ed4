namespace TransferLearning.Native;

/// <summary>The native half of TorchSharp cannot be used in this process; the message says what is missing and what to do.</summary>
public sealed class TorchUnavailableException : Exception
{
    /// <summary>Tells why.</summary>
    /// <param name="message">What is missing, and what to install or set.</param>
    /// <param name="innerException">What the attempt failed with; null where nothing was thrown.</param>
    public TorchUnavailableException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
