namespace TransferLearning.Imaging;

/// <summary>How a decoding ended.</summary>
public enum DecodeStatus
{
    /// <summary>Every row was decoded.</summary>
    Success,

    /// <summary>The data ends before the image does.</summary>
    Truncated,

    /// <summary>The data contradicts its format.</summary>
    Corrupt,

    /// <summary>The decoder does not know the format.</summary>
    Unsupported,
}
