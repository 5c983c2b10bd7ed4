using Extending;
using TransferLearning.Imaging;
using TransferLearning.Networks;
using TransferLearning.Networks.Layers;
using TransferLearning.Published;
using TransferLearning.Tests.Support;
using TransferLearning.Transforms;

namespace TransferLearning.Tests.Documentation;

/// <summary>The snippets of docs/extending.md that plug its parts in; <see cref="ExtendingTests"/> and <see cref="SeamTests"/> run the parts.</summary>
internal static class ExtendingSnippets
{
    public static void Source(TrainerBuilder builder)
    {
        builder.On(new ZipDataset("images.zip").Split(0.2, seed: 1));
    }

    public static void Decoder(TrainerBuilder builder)
    {
        builder.DecodeWith(new ImageReader(new PixmapDecoder()));
    }

    public static void LoadWithDecoder()
    {
        using Predictor predictor = Predictor.Load("pixmaps.tlmodel", new PredictorOptions { Decoders = [new PixmapDecoder()] });
    }

    public static void Augment(TrainerBuilder builder)
    {
        builder.Augment(images => images.RandomResizedCrop(224).Then(new RandomGray(probability: 0.1)));
    }

    public static void Sample(TrainerBuilder builder)
    {
        builder.SampleWith(new BootstrapSampler(seed: 1));
    }

    public static void Solve(TrainerBuilder builder)
    {
        builder.StartFromSolvedHead(new NearestClassMean());
    }

    public static void TransformBatches(TrainerBuilder builder)
    {
        builder.TransformBatches(new ProgressiveResizing(smallest: 0.5));
    }

    public static PretrainedBackbone ImportWithOperator()
    {
        PretrainedBackbone clip = Pretrained.FromOnnx("clip.onnx", new OnnxImportOptions { Operators = [new QuickGeluOperator()] });
        return clip;
    }

    public static void LoadWithOperator()
    {
        using Predictor predictor = Predictor.Load("mine.tlmodel", new PredictorOptions { Networks = [new OnnxNetworkFormat(new QuickGeluOperator())] });
    }

    public static PretrainedBackbone OwnNetwork()
    {
        PretrainedBackbone mine = Pretrained.From(
            () => new SmallNetwork(),
            new BackboneInfo
            {
                Name = "small_network",
                Stages = [new Stage("stem", "features"), new Stage("head", "classifier")],
                Head = "classifier",
                FeatureSize = 16,
                Preprocessing = new Preprocessing { ResizeTo = 36, CropTo = 32 },
            });
        return mine;
    }

    public static void LoadOwnNetwork(PretrainedBackbone mine)
    {
        using Predictor predictor = Predictor.Load("mine.tlmodel", new PredictorOptions { Backbone = mine });
    }

    public static PretrainedBackbone TorchScript()
    {
        PretrainedBackbone scripted = Pretrained.FromTorchScript("mine.pt", featureSize: 512, allowCodeExecution: true);
        return scripted;
    }

    public static void Parametrize(Convolution2d convolution)
    {
        convolution.Parametrization = new LowRankUpdate(convolution.weight, rank: 4);
    }

    public static PretrainedBackbone OwnHead()
    {
        PretrainedBackbone network = Pretrained.ResNet18().WithHead(TwoLayerHead.Build);
        return network;
    }

    public static void Learn(TrainerBuilder builder)
    {
        builder.Learn(new OrdinalRegression());
    }

    public static void LoadWithTask()
    {
        using Predictor predictor = Predictor.Load("sizes.tlmodel", new PredictorOptions
        {
            Readings = [new OrdinalReading()],
            Tasks = [new OrdinalRegression()], // for Evaluate alone
        });
    }

    public static void Minimize(TrainerBuilder builder)
    {
        builder.Minimize(new GeneralizedCrossEntropy(q: 0.7));
    }

    public static void Measure(TrainerBuilder builder)
    {
        builder.Measure(Metric.Accuracy, new MeanConfidence());
    }

    public static void Step(TrainerBuilder builder)
    {
        builder.StepWith(context => new GradientCentralization(context));
    }

    public static void EvaluationWeights(TrainerBuilder builder)
    {
        builder.EvaluateWith(() => new EqualAverage(fromEpoch: 10));
    }

    public static void Observe(TrainerBuilder builder)
    {
        builder
            .Observe(() => new PredictionsFile("predictions.csv"))
            .Observe(() => new StopAtGoal(accuracy: 0.95));
    }

    public static void Whole()
    {
        using TrainingResult result = Trainer
            .FineTune(Pretrained.ResNet18().WithHead(TwoLayerHead.Build))
            .On(new ZipDataset("images.zip").Split(0.2, seed: 1))
            .SampleWith(new BootstrapSampler(seed: 1))
            .TransformBatches(new ProgressiveResizing(smallest: 0.5))
            .StepWith(context => new GradientCentralization(context))
            .EvaluateWith(() => new EqualAverage(fromEpoch: 10))
            .Observe(() => new StopAtGoal(accuracy: 0.95))
            .Build()
            .Fit();
        result.Model.Save("mine.tlmodel");
    }
}
