using TransferLearning.Benchmarks.Setup;
using TransferLearning.Data;

namespace TransferLearning.Benchmarks.Predict;

/// <summary>A model file of the network, its head trained for a moment: how well it predicts does not matter here.</summary>
internal static class TrainedModel
{
    public static void Save(Workload workload, string path)
    {
        DatasetSplit photographs = workload.Photographs();
        using TrainingResult result = Trainer
            .ExtractFeatures(workload.Network())
            .On(new DatasetSplit(OneOfEachClass(photographs.Training), OneOfEachClass(photographs.Validation)))
            .For(epochs: 1)
            .Build()
            .Fit();
        result.Model.Save(path);
    }

    private static InMemoryDataset OneOfEachClass(IDatasetSource source) => new(
        source.Samples.Index()
            .DistinctBy(entry => entry.Item.ClassIndex)
            .Select(entry => new LabeledImage(source.Load(entry.Index), source.Classes[entry.Item.ClassIndex])),
        source.Classes);
}
