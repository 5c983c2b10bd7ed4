using System.Reflection;
using Extending;
using TransferLearning.Batching;
using TransferLearning.Data;
using TransferLearning.Metrics;
using TransferLearning.Published;
using TransferLearning.Tests.Support;
using TransferLearning.Training;
using TransferLearning.Transforms;

namespace TransferLearning.Tests.Training;

public sealed class TrainerBuilderTests
{
    [Fact]
    public void Build_WithSeveralMistakes_ListsThemAll()
    {
        TrainerBuilder builder = Builder()
            .For(epochs: 0, batchSize: -1)
            .Measure(Metric.Accuracy, Metric.Accuracy)
            .KeepBest(Metric.MacroF1)
            .StopEarly(patience: 0)
            .Minimize(Losses.CrossEntropy(classWeights: [1, 2]))
            .RunOn(torchThreads: 0, workers: -2);

        var failure = Assert.Throws<TrainerConfigurationException>(builder.Build);

        Assert.Equal(8, failure.Problems.Count);
        Assert.Contains("The number of epochs must be at least 1; it is 0.", failure.Problems);
        Assert.Contains("There are 2 class weights for 3 classes.", failure.Problems);
    }

    [Fact]
    public void Build_WithoutImages_SaysWhichVerbIsMissing()
    {
        var failure = Assert.Throws<TrainerConfigurationException>(Trainer.FineTune(SmallNetwork.Pretrained()).Build);

        Assert.Contains(".On(ImageFolder.Open(folder))", failure.Message);
    }

    [Fact]
    public void Build_WithAnAugmentationThatNormalizesOtherwiseThanValidation_IsRefused()
    {
        TrainerBuilder builder = Trainer.FineTune(SmallNetwork.Pretrained()).On(ToyImages.Split())
            .Augment(images => images.RandomResizedCrop(16).Normalize(ChannelStatistics.Inception));

        string problem = Assert.Single(Assert.Throws<TrainerConfigurationException>(builder.Build).Problems);

        Assert.Contains("Leave Normalize out of Augment, and set the statistics with Preprocess.", problem);
    }

    [Fact]
    public void Build_WithAnAugmentationThatNormalizesAsValidationDoes_IsAllowed()
    {
        Preprocessing preprocessing = SmallNetwork.Info.Preprocessing with { Statistics = ChannelStatistics.Inception };

        Trainer trainer = Trainer.FineTune(SmallNetwork.Pretrained()).On(ToyImages.Split())
            .Augment(TransformPipeline.ForTraining(preprocessing)).Preprocess(preprocessing).Build();

        Assert.Equal(ChannelStatistics.Inception, trainer.Options.Augmentation!.Statistics);
    }

    [Fact]
    public void Build_WithAClassIndexOutsideTheClasses_NamesTheImage()
    {
        var source = new MislabeledSource();
        TrainerBuilder builder = Trainer.FineTune(SmallNetwork.Pretrained()).On(new DatasetSplit(source, source));

        var failure = Assert.Throws<TrainerConfigurationException>(builder.Build);

        Assert.Contains("The training image 'odd.png' has class index 3; the classes are 0 to 2.", failure.Problems);
    }

    [Fact]
    public void Build_WithANetworkForOtherThanPhotographs_IsRefused()
    {
        TrainerBuilder builder = Trainer.FineTune(Pretrained.ResNet18().WithChannels(1)).On(ToyImages.Split());

        var failure = Assert.Throws<TrainerConfigurationException>(builder.Build);

        Assert.Equal(["The network must take images of 3 channels, as photographs have; resnet18 takes 1."], failure.Problems);
    }

    [Fact]
    public void Build_WithNamesThatTheNetworkDoesNotHave_ListsThemWithoutADownload()
    {
        using var client = new HttpClient(new NoNetwork());
        TrainerBuilder builder = Trainer.FineTune(Pretrained.ResNet18()).On(ToyImages.Split())
            .Freeze(FreezePolicy.UpTo("layer9").And(FreezePolicy.Matching("layr2.*", "layer3.0.conv1.weight")))
            .KeepBest(Metric.TopK(2))
            .Measure(Metric.TopK(3))
            .With(options => options with { WeightsStore = new WeightsStoreOptions { Client = client } });

        var failure = Assert.Throws<TrainerConfigurationException>(builder.Build);

        Assert.Equal(
            [
                "Freeze stage 'layer9' is not a stage of resnet18. Did you mean 'layer1'? Stages: stem, layer1, layer2, layer3, layer4, head.",
                "Freeze pattern 'layr2.*' matches nothing in resnet18. Did you mean 'layer2.*'? Stages: stem, layer1, layer2, layer3, layer4, head.",
                "The best epoch is chosen by 'top-2', which is not measured. Did you mean 'top-3'? Measured: top-3, loss.",
            ],
            failure.Problems);
    }

    [Fact]
    public void Build_WithMetricsThatDoNotSuitTheTask_NamesTheMetricTheTaskAndWhatSuits()
    {
        TrainerBuilder builder = Builder().Measure(Metric.Accuracy, Metric.MeanAbsoluteError, Metric.MeanAveragePrecision, Metric.TopK(4), new Overlap());

        var failure = Assert.Throws<TrainerConfigurationException>(builder.Build);

        Assert.Equal(
            [
                "The metric 'mae' measures numbers; the task 'classification' has one class per image. Suitable, for instance: accuracy.",
                "The metric 'mean-average-precision' measures any number of classes per image; the task 'classification' has one class per image. "
                    + "Suitable, for instance: accuracy.",
                "Top-4 needs at least 4 classes; the output has 3.",
                "The metric 'overlap' measures boxes; the task 'classification' has one class per image. Suitable, for instance: accuracy.",
            ],
            failure.Problems);
    }

    [Fact]
    public void Build_WithATaskOfOnesOwn_RefusesMetricsOfOtherLabels()
    {
        TrainerBuilder builder = Builder().Learn(new OrdinalRegression()).Measure(Metric.Accuracy, Metric.ExactMatch(), new MeanConfidence());

        var failure = Assert.Throws<TrainerConfigurationException>(builder.Build);

        Assert.Equal(
            ["The metric 'accuracy' measures one class per image; the task 'ordinal' has any number of classes per image. "
                + "Suitable, for instance: exact-match."],
            failure.Problems);
    }

    [Fact]
    public void Build_WithASamplerOfClassesForNumbers_NamesAnImageAndWhatSuits()
    {
        TrainerBuilder builder = Trainer.FineTune(SmallNetwork.Pretrained()).On(DrawnShapes.GraySplit()).SampleWith(Sampler.Balanced);

        string problem = Assert.Single(Assert.Throws<TrainerConfigurationException>(builder.Build).Problems);

        Assert.StartsWith("'gray-0.png' has the target ", problem);
        Assert.EndsWith(", of no class that could be balanced; Sampler.Weighted takes weights.", problem);
    }

    [Fact]
    public void Build_WithAPolicyThatFreezesEverything_IsRefused()
    {
        var failure = Assert.Throws<TrainerConfigurationException>(Builder().Freeze(FreezePolicy.Matching("*")).Build);

        Assert.Contains("freezes every parameter", Assert.Single(failure.Problems));
    }

    [Fact]
    public void Verb_SaidTwice_IsRefused()
    {
        var failure = Assert.Throws<InvalidOperationException>(() => Builder().Seed(1).Seed(2));

        Assert.Equal("Seed was called twice; it can be set once.", failure.Message);
    }

    [Fact]
    public void Builder_OnceBuilt_TakesNoFurtherVerb()
    {
        TrainerBuilder builder = Builder();
        builder.Build();

        Assert.Throws<InvalidOperationException>(() => builder.Seed(1));
        Assert.Throws<InvalidOperationException>(builder.Build);
    }

    [Fact]
    public void Measure_SaidTwice_AddsUp()
    {
        Trainer trainer = Builder().Measure(Metric.Accuracy).Measure(Metric.MacroF1).Build();

        Assert.Equal([Metric.Accuracy.Name, Metric.MacroF1.Name], trainer.Options.Metrics.Select(metric => metric.Name));
    }

    public static TheoryData<string> VerbsThatTakeAReference =>
        new(Verbs().Where(verb => !verb.GetParameters()[0].ParameterType.IsValueType).Select(verb => verb.ToString()!));

    [Theory]
    [MemberData(nameof(VerbsThatTakeAReference))]
    public void Verb_GivenNull_ThrowsArgumentNullException(string verb)
    {
        MethodInfo method = Verbs().Single(candidate => candidate.ToString() == verb);
        ParameterInfo[] parameters = method.GetParameters();
        object?[] arguments = [null, .. parameters.Skip(1).Select(parameter => parameter.DefaultValue)];

        var failure = Assert.Throws<ArgumentNullException>(
            () => method.Invoke(Builder(), BindingFlags.DoNotWrapExceptions, binder: null, arguments, culture: null));

        Assert.Equal(parameters[0].Name, failure.ParamName);
    }

    private static IEnumerable<MethodInfo> Verbs() => typeof(TrainerBuilder)
        .GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
        .Where(method => method.ReturnType == typeof(TrainerBuilder) && method.GetParameters() is [{ HasDefaultValue: false }, ..]);

    private static TrainerBuilder Builder() => Trainer.FineTune(SmallNetwork.Pretrained()).On(ToyImages.Split());

    private sealed class Overlap() : Metric("overlap", MetricDirection.HigherIsBetter)
    {
        public override LabelKind Labels { get; } = new("boxes");

        public override IMetricTally CreateTally() => throw new NotSupportedException();
    }

    private sealed class NoNetwork : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("Build() went to the network.");
    }

    private sealed class MislabeledSource : IDatasetSource
    {
        public IReadOnlyList<string> Classes => ToyImages.Classes;

        public IReadOnlyList<Sample> Samples { get; } = [new Sample("odd.png", 3)];

        public ReadOnlyMemory<byte> Load(int index) => ToyImages.Encoded(0, new Random(0));
    }
}
