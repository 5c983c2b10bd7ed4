using System.CommandLine;
using System.Diagnostics;
using Spectre.Console;
using TransferLearning.Batching;
using TransferLearning.Benchmarks.Advising;
using TransferLearning.Benchmarks.Reporting;
using TransferLearning.Imaging;
using TransferLearning.Transforms;

namespace TransferLearning.Benchmarks.Micro;

/// <summary>What each augmentation costs per image of 224 x 224 pixels, on one thread.</summary>
internal static class AugmentationCommand
{
    private const int Side = 224;
    private const int WarmUp = 60;

    private static readonly (string Name, Func<TransformPipeline, TransformPipeline> Add)[] _operations =
    [
        ("random resized crop and flip, of 500 x 375", images => images.RandomResizedCrop(Side).RandomHorizontalFlip()),
        ("RandomVerticalFlip", images => images.RandomVerticalFlip(1)),
        ("RandomGrayscale", images => images.RandomGrayscale(1)),
        ("RandomInvert", images => images.RandomInvert(1)),
        ("RandomPosterize", images => images.RandomPosterize(4, 1)),
        ("RandomSolarize", images => images.RandomSolarize(128, 1)),
        ("RandomAutoContrast", images => images.RandomAutoContrast(1)),
        ("RandomEqualize", images => images.RandomEqualize(1)),
        ("RandomSharpness", images => images.RandomSharpness(2, 1)),
        ("GaussianBlur, kernel 5", images => images.GaussianBlur(5)),
        ("GaussianBlur, kernel 23", images => images.GaussianBlur(23)),
        ("RandomAffine, nearest", images => images.RandomAffine(20, 0.1, 0.1, 0.9, 1.1, 10, 10)),
        ("RandomAffine, bilinear", images => images.RandomAffine(20, 0.1, 0.1, 0.9, 1.1, 10, 10, SamplingFilter.Bilinear)),
        ("RandomPerspective, bilinear", images => images.RandomPerspective(0.5, 1)),
        ("RandomErasing", images => images.RandomErasing(1)),
        ("ColorJitter", images => images.ColorJitter(0.4, 0.4, 0.4, 0.1)),
        ("TrivialAugmentWide", images => images.TrivialAugmentWide()),
        ("RandAugment", images => images.RandAugment()),
        ("AutoAugment", images => images.AutoAugment()),
        ("AugMix", images => images.AugMix()),
    ];

    public static Command Create()
    {
        var samples = new Option<int>("--images") { Description = "How many times each is applied.", DefaultValueFactory = _ => 400 };
        var sheet = new Option<FileInfo?>("--sheet") { Description = "Draw a contact sheet of drawn shapes into this PNG file instead." };
        var command = new Command("augmentation", "The time of each augmentation per image of 224 x 224, on one thread.") { samples, sheet };
        command.SetAction(arguments =>
        {
            if (arguments.GetValue(sheet) is { } file)
                Draw(file.FullName);
            else
                Run(arguments.GetValue(samples));
        });
        return command;
    }

    private static void Draw(string path)
    {
        Trainer trainer = Trainer.FineTune(Pretrained.ResNet18().WithRandomWeights()).On(DrawnShapes.Draw(each: 8, seed: 1)).For(epochs: 1, batchSize: 8)
            .Augment(images => images.RandomResizedCrop(112).RandomHorizontalFlip().TrivialAugmentWide().RandomErasing(0.3))
            .TransformBatches(new RandomBatchTransform(new MixUp(1), new CutMix())).Build();
        ContactSheet.Save(trainer, path, 16, 8);
    }

    private static void Run(int samples)
    {
        PixelBuffer photograph = new ImageReader(new SkiaImageDecoder()).Read(GeneratedPhotograph.Encode(number: 0), "photograph");
        PixelBuffer image = TransformPipeline.Empty.Resize(Side).CenterCrop(Side).Apply(photograph, seed: 0, epoch: 1, sample: 0);
        Table table = new Table().AddColumns("operation", "median, ms", "processor time, ms");
        foreach ((string name, Func<TransformPipeline, TransformPipeline> add) in _operations)
        {
            TransformPipeline pipeline = add(TransformPipeline.Empty);
            PixelBuffer input = name.StartsWith("random", StringComparison.Ordinal) ? photograph : image;
            _ = Times(pipeline, input, WarmUp);
            TimeSpan start = Environment.CpuUsage.TotalTime; // which other work on the machine does not change much
            double[] times = Times(pipeline, input, samples);
            double processor = (Environment.CpuUsage.TotalTime - start).TotalMilliseconds / samples;
            table.AddRow(name, $"{Statistics.Quantile(times, 0.5):0.000}", $"{processor:0.000}");
        }
        AnsiConsole.Write(table);
    }

    private static double[] Times(TransformPipeline pipeline, PixelBuffer image, int samples) =>
        [.. Enumerable.Range(0, samples).Select(sample => Time(pipeline, image, sample))];

    private static double Time(TransformPipeline pipeline, PixelBuffer image, int sample)
    {
        long start = Stopwatch.GetTimestamp();
        pipeline.Apply(image, seed: 0, epoch: 1, sample);
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }
}
