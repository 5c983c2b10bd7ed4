using TransferLearning.Data;
using TransferLearning.Tests.Support;

namespace TransferLearning.Tests.Data;

public sealed class EncodedBytesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100_000)]
    public void OfFile_AnyLength_HoldsExactlyItsContent(int length)
    {
        byte[] content = [.. Enumerable.Range(0, length).Select(i => (byte)(i * 7))];
        File.WriteAllBytes(_folder.File("image"), content);

        using EncodedBytes encoded = EncodedBytes.OfFile(_folder.File("image"));

        Assert.Equal(content, encoded.Span.ToArray());
    }

    [Fact]
    public void OfFile_ThatIsNotThere_ThrowsAsReadingItDoes() =>
        Assert.Throws<FileNotFoundException>(() => EncodedBytes.OfFile(_folder.File("absent")));

    [Fact]
    public void Of_EverySource_HoldsWhatItLoads()
    {
        byte[][] images = [DrawnImage.Jpeg(variant: 1), DrawnImage.Jpeg(variant: 2)];
        Directory.CreateDirectory(_folder.File("class"));
        File.WriteAllBytes(Path.Combine(_folder.File("class"), "1.jpg"), images[0]);
        File.WriteAllBytes(Path.Combine(_folder.File("class"), "2.jpg"), images[1]);
        File.WriteAllText(_folder.File("list.csv"), "path,label\nclass/1.jpg,a\nclass/2.jpg,a\n");
        ImageFolder folder = ImageFolder.Open(_folder.FullPath);

        var inMemory = new InMemoryDataset(images.Select(image => new LabeledImage(image, "a")));
        foreach (IDatasetSource source in new IDatasetSource[] { folder, CsvManifest.Open(_folder.File("list.csv")), inMemory, new Subset(folder, [0, 1]) })
        {
            using EncodedBytes encoded = EncodedBytes.Of(source, 1);
            Assert.Equal(images[1], encoded.Span.ToArray());
            Assert.Equal(images[1], source.Load(1).ToArray());
        }
    }

    [Fact]
    public void Dispose_TakesTheBytesAway()
    {
        File.WriteAllBytes(_folder.File("image"), [1, 2, 3]);
        EncodedBytes encoded = EncodedBytes.OfFile(_folder.File("image"));

        encoded.Dispose();
        encoded.Dispose();

        Assert.True(encoded.Span.IsEmpty);
    }
}
