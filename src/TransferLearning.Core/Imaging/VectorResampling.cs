using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace TransferLearning.Imaging;

/// <summary>The two passes of a resize: sums of pixels by weights, rounded and cut to a byte.</summary>
internal static class VectorResampling
{
    /// <summary>Two rows at a time: the eight lanes are red, green, blue and the byte after them, which nobody looks at, of each.</summary>
    public static void Horizontal(PixelBuffer source, PixelRectangle area, ResamplingTaps columns, ResampledRows destination)
    {
        ref byte pixels = ref MemoryMarshal.GetArrayDataReference(source.PaddedBytes);
        ref byte narrowed = ref MemoryMarshal.GetArrayDataReference(destination.Bytes);
        for (int y = 0; y < area.Height; y += 2)
        {
            // An odd last row is computed twice.
            int second = Math.Min(y + 1, area.Height - 1);
            HorizontalPair(
                ref Unsafe.Add(ref pixels, (nint)(area.Top + y) * source.Stride + area.Left * PixelBuffer.Channels),
                ref Unsafe.Add(ref pixels, (nint)(area.Top + second) * source.Stride + area.Left * PixelBuffer.Channels),
                columns,
                ref Unsafe.Add(ref narrowed, (nint)y * destination.Stride),
                ref Unsafe.Add(ref narrowed, (nint)second * destination.Stride));
        }
    }

    /// <summary>Thirty-two neighboring bytes at a time; what is stored past a row's end is the next row's start, or padding, and written later.</summary>
    public static void Vertical(ResampledRows source, ResamplingTaps rows, PixelBuffer destination)
    {
        ref byte narrowed = ref MemoryMarshal.GetArrayDataReference(source.Bytes);
        ref byte pixels = ref MemoryMarshal.GetArrayDataReference(destination.PaddedBytes);
        for (int y = 0; y < destination.Height; y++)
        {
            ReadOnlySpan<int> weights = rows.Weights.AsSpan(y * rows.Stride, rows.Count[y]);
            ref byte from = ref Unsafe.Add(ref narrowed, (nint)rows.First[y] * source.Stride);
            ref byte to = ref Unsafe.Add(ref pixels, (nint)y * destination.Stride);
            for (int column = 0; column < destination.Stride; column += Vector256<byte>.Count)
                WeightedSum(ref Unsafe.Add(ref from, column), source.Stride, weights).StoreUnsafe(ref to, (nuint)column);
        }
    }

    private static void HorizontalPair(ref byte upper, ref byte lower, ResamplingTaps columns, ref byte upperOut, ref byte lowerOut)
    {
        ref int weights = ref MemoryMarshal.GetArrayDataReference(columns.Weights);
        int[] first = columns.First;
        int[] count = columns.Count;
        for (int x = 0; x < first.Length; x++)
        {
            nint offset = first[x] * PixelBuffer.Channels;
            nint weight = x * columns.Stride;
            nint end = weight + count[x];
            Vector256<int> sum = Vector256.Create(ResamplingTaps.Half);
            for (; weight < end; weight++, offset += PixelBuffer.Channels)
            {
                uint upperPixel = Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref upper, offset));
                uint lowerPixel = Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref lower, offset));
                sum += WidenEight(Vector128.Create(upperPixel, lowerPixel, 0, 0).AsByte()) * Vector256.Create(Unsafe.Add(ref weights, weight));
            }

            Vector256<int> values = ToByteRange(sum);
            Vector128<ushort> narrow = Vector128.Narrow(values.GetLower().AsUInt32(), values.GetUpper().AsUInt32());
            Vector128<uint> packed = Vector128.Narrow(narrow, narrow).AsUInt32();
            Unsafe.WriteUnaligned(ref Unsafe.Add(ref upperOut, x * PixelBuffer.Channels), packed.GetElement(0));
            Unsafe.WriteUnaligned(ref Unsafe.Add(ref lowerOut, x * PixelBuffer.Channels), packed.GetElement(1));
        }
    }

    private static Vector256<byte> WeightedSum(ref byte from, int stride, ReadOnlySpan<int> weights)
    {
        Vector256<int> sum0 = Vector256.Create(ResamplingTaps.Half), sum1 = sum0, sum2 = sum0, sum3 = sum0;
        for (int tap = 0; tap < weights.Length; tap++)
        {
            (Vector256<ushort> lower, Vector256<ushort> upper) = Vector256.Widen(Vector256.LoadUnsafe(ref from, (nuint)tap * (nuint)stride));
            (Vector256<uint> value0, Vector256<uint> value1) = Vector256.Widen(lower);
            (Vector256<uint> value2, Vector256<uint> value3) = Vector256.Widen(upper);
            Vector256<int> weight = Vector256.Create(weights[tap]);
            sum0 += value0.AsInt32() * weight;
            sum1 += value1.AsInt32() * weight;
            sum2 += value2.AsInt32() * weight;
            sum3 += value3.AsInt32() * weight;
        }
        return Vector256.Narrow(
            Vector256.Narrow(ToByteRange(sum0).AsUInt32(), ToByteRange(sum1).AsUInt32()),
            Vector256.Narrow(ToByteRange(sum2).AsUInt32(), ToByteRange(sum3).AsUInt32()));
    }

    private static Vector256<int> WidenEight(Vector128<byte> bytes)
    {
        Vector128<ushort> values = Vector128.WidenLower(bytes);
        return Vector256.WidenLower(values.ToVector256Unsafe()).AsInt32();
    }

    private static Vector256<int> ToByteRange(Vector256<int> sum) =>
        Vector256.Clamp(sum >> ResamplingTaps.WeightBits, Vector256<int>.Zero, Vector256.Create((int)byte.MaxValue));
}
