using System.Buffers.Binary;

namespace TransferLearning.Imaging;

/// <summary>How a JPEG's compressed data are laid out, by the markers before them.</summary>
/// <remarks>Source: ITU-T T.81, B.2.</remarks>
internal static class JpegFrame
{
    /// <returns>
    /// Whether each pixel depends on nothing but its own block and what upsampling sees around it: the data are one
    /// sequential scan of all components. A progressive image whose scans are incomplete is smoothed across blocks.
    /// </returns>
    public static bool IsOneSequentialScan(ReadOnlySpan<byte> encoded)
    {
        const byte marker = 0xFF, baseline = 0xC0, extended = 0xC1, scan = 0xDA;
        const int scanComponents = 4, frameComponents = 9;
        int? components = null;
        for (int position = 2; position + frameComponents < encoded.Length;)
        {
            if (encoded[position] != marker)
                return false;

            switch (encoded[position + 1])
            {
                case marker:
                    position++;
                    continue;
                case scan:
                    return encoded[position + scanComponents] == components;
                case baseline or extended:
                    components = encoded[position + frameComponents];
                    break;
            }
            position += 2 + BinaryPrimitives.ReadUInt16BigEndian(encoded[(position + 2)..]);
        }
        return false;
    }
}
