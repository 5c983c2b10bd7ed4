namespace TransferLearning.Native;

/// <summary>The native library of TorchSharp cannot be loaded; the message says what is missing and what to do.</summary>
public sealed class TorchUnavailableException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">What is missing, and what to install or set.</param>
    /// <param name="innerException">The cause; optional.</param>
    public TorchUnavailableException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
