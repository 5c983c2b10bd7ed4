using TransferLearning.Imaging;
using TransferLearning.Models;
using TransferLearning.Randomness;
using TransferLearning.Tests.Formats.Fuzzing;
using TransferLearning.Tests.Support;
using TransferLearning.Transforms;

namespace TransferLearning.Tests.Attacks;

/// <summary>Crafted and damaged images, through a reader and through a predictor.</summary>
internal sealed class ImageAttack : AttackKind
{
    private const long MaximumPixels = 1 << 20;
    private const byte Poison = 0xAB;

    private static readonly (string Name, byte[] Bytes)[] _crafted = [.. HostileImages.Crafted()];

    private readonly ImageReader _reader;
    private readonly Predictor _predictor;
    private readonly (string Name, FileMutator Mutator)[] _mutators =
        [.. HostileImages.Sound.Select(image => (image.Name, new FileMutator(image.Bytes, [(0, image.Bytes.Length)])))];

    public ImageAttack(IImageDecoder decoder)
    {
        _reader = new ImageReader(decoder, new ImageReaderOptions { MaximumPixels = MaximumPixels, ApplyExifOrientation = true });
        var metadata = new ModelMetadata
        {
            Backbone = StagedSmallNetwork.Info.Name,
            Classes = ["a", "b", "c", "d"],
            Preprocessing = new Preprocessing { ResizeTo = 20, CropTo = SmallNetwork.Side },
            Images = _reader.Reading,
        };
        using var network = new StagedSmallNetwork();
        using var file = new MemoryStream();
        ModelFile.Write(file, [network], metadata);
        file.Position = 0;
        _predictor = Predictor.Load(file, new PredictorOptions { Backbone = StagedSmallNetwork.Pretrained(), Decoders = [decoder] }).WarmUp();
    }

    /// <summary>What is documented of decoding, 13 bytes a pixel of the limit, of two images, and as much again for turning and resizing.</summary>
    public override long MemoryBound => 52 * MaximumPixels;

    public override Attack Make(long seed, int number)
    {
        if (number < _crafted.Length)
            return new Attack(_crafted[number].Name, () => Read(_crafted[number].Bytes));

        var random = new RandomStream(seed, number);
        (string name, FileMutator mutator) = random.Choose(_mutators);
        mutator.Mutate(random);
        byte[] bytes = mutator.Bytes.ToArray();
        return new Attack($"{name} that {mutator.Description}", () => Read(bytes));
    }

    public override bool IsDocumented(Exception error) => error is ImageFormatException or TransformException;

    public override void Dispose() => _predictor.Dispose();

    private void Read(byte[] bytes)
    {
        ImageFormatException? refusal = null;
        try
        {
            CheckPixels(bytes);
        }
        catch (ImageFormatException error)
        {
            refusal = error; // a part may still be read
        }

        Finite.Check(_predictor.Predict(bytes));
        if (refusal is not null)
            throw refusal;
    }

    // Buffers come from a pool: what another image left there must not show.
    private void CheckPixels(byte[] bytes)
    {
        PixelBuffer image = _reader.Read(bytes, "hostile");
        byte[] first = image.Pixels.ToArray();
        image.Pixels.Fill(Poison);
        image.Release();
        PixelBuffer again = _reader.Read(bytes, "hostile");
        bool isSame = again.Pixels.SequenceEqual(first);
        again.Release();
        if (!isSame)
            throw new AttackFailedException("the pixels depend on what was in memory before");
    }
}
