namespace TransferLearning.Formats.Onnx;

/// <summary>A weight on its way into a file.</summary>
/// <param name="Name">Its name in the graph.</param>
/// <param name="Type">The type of each element.</param>
/// <param name="Shape">Its sides.</param>
/// <param name="Write">Writes its elements in little-endian order; runs twice where they go into a file of their own, which is named after its content.</param>
internal sealed record OnnxInitializer(string Name, TensorProto.Types.DataType Type, IReadOnlyList<long> Shape, Action<Stream> Write)
{
    /// <summary>The number of bytes that its elements take.</summary>
    public long ByteCount => OnnxTypes.ByteCount((int)Type, [.. Shape]);

    /// <summary>Writes its elements, which must be as many as its shape says.</summary>
    /// <exception cref="InvalidOperationException">They are not.</exception>
    public void WriteTo(Stream target)
    {
        using var counted = new CountedStream(target);
        Write(counted);
        if (counted.Position != ByteCount)
            throw new InvalidOperationException($"Initializer '{Name}' wrote {counted.Position} bytes; its type and shape ask for {ByteCount}.");
    }

    /// <summary>Counts what is written.</summary>
    private sealed class CountedStream(Stream target) : Stream
    {
        private long _count;

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => _count;

        public override long Position { get => _count; set => throw new NotSupportedException(); }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            target.Write(buffer);
            _count += buffer.Length;
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
