using System.Buffers;

namespace TransferLearning.Tests.Batching;

/// <summary>A pool that knows how many buffers are out, and hands out buffers that are too long and full of rubbish.</summary>
internal sealed class CountingPool : ArrayPool<float>
{
    private int _outstanding;

    public int Outstanding => Volatile.Read(ref _outstanding);

    public override float[] Rent(int minimumLength)
    {
        Interlocked.Increment(ref _outstanding);
        var buffer = new float[minimumLength + 7];
        Array.Fill(buffer, float.NaN);
        return buffer;
    }

    public override void Return(float[] array, bool clearArray = false) => Interlocked.Decrement(ref _outstanding);
}
