using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace TransferLearning.FeatureCache;

/// <summary>What features depend on besides the image. Each key has a shelf of its own.</summary>
internal sealed record FeatureKey
{
    /// <summary>The maximum number of features per image; it keeps all file sizes within 64 bits.</summary>
    public const int MostFeatures = 1 << 20;

    // Strict: with replacement characters, different texts with invalid Unicode would give the same key.
    private static readonly UTF8Encoding _strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The network's name, and what identifies its operations.</summary>
    public required string Network { get; init; }

    /// <summary>A hash of the network's weights.</summary>
    public required string WeightsHash { get; init; }

    /// <summary>The preprocessing from decoded pixels to the network's input, including the augmentation, the seed of the views and the code.</summary>
    public required string PreprocessingFingerprint { get; init; }

    /// <summary>The decoder, with its version and settings, and which images it refuses.</summary>
    public required string Reader { get; init; }

    /// <summary>The dtype of the network's activations, and the kind of device.</summary>
    public required string NumberFormat { get; init; }

    /// <summary>The stage that takes the features as input.</summary>
    public required string Boundary { get; init; }

    /// <summary>The number of features per view of an image: 1 to <see cref="MostFeatures"/>.</summary>
    public required int FeaturesPerImage
    {
        get;
        init => field = value is >= 1 and <= MostFeatures
            ? value
            : throw new ArgumentOutOfRangeException(nameof(FeaturesPerImage), value, $"{nameof(FeaturesPerImage)} must be 1 to {MostFeatures}.");
    }

    /// <summary>Every part with its name and its length in bytes, so that different keys have different texts.</summary>
    public string Text
    {
        get
        {
            var text = new StringBuilder("transferlearning features 1\n");
            Append(text, "network", Network);
            Append(text, "weights", WeightsHash);
            Append(text, "preprocessing", PreprocessingFingerprint);
            Append(text, "reader", Reader);
            Append(text, "precision", NumberFormat);
            Append(text, "boundary", Boundary);
            Append(text, "features", FeaturesPerImage.ToString(CultureInfo.InvariantCulture));
            return text.ToString();
        }
    }

    /// <summary><see cref="Text"/> in UTF-8.</summary>
    /// <exception cref="EncoderFallbackException">A part is not valid Unicode.</exception>
    public byte[] Utf8() => _strict.GetBytes(Text);

    /// <summary>The SHA-256 of the text, 64 lower-case hexadecimal digits.</summary>
    public string Hash() => Convert.ToHexStringLower(SHA256.HashData(Utf8()));

    private static void Append(StringBuilder text, string name, string value) =>
        text.Append(CultureInfo.InvariantCulture, $"{name} {_strict.GetByteCount(value)} {value}\n");
}
