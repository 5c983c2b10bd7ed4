using TransferLearning.Data;
using TransferLearning.Tests.Support;

namespace TransferLearning.Tests.Data;

/// <summary>The folder of the classic tutorial, as it is downloaded.</summary>
public sealed class HymenopteraTests
{
    [SkippableFact]
    public void SplitByFolder_OfTheTutorialsData_TakesEveryPhotographAndReportsTheGif()
    {
        string root = ReferenceData.Require("data/hymenoptera_data");

        DatasetSplit split = ImageFolder.Open(root).SplitByFolder("train", "val");

        Assert.Equal(["ants", "bees"], split.Classes);
        Assert.Equal(244, split.Training.Samples.Count);
        Assert.Equal(153, split.Validation.Samples.Count);
        SkippedSample skipped = Assert.Single(split.Skipped);
        Assert.Equal(Path.Join(root, "train", "ants", "imageNotFound.gif"), skipped.Name);
    }

    [SkippableFact]
    public void DatasetSplit_OfTheTutorialsData_TakesItsOwnFolders()
    {
        string root = ReferenceData.Require("data/hymenoptera_data");

        DatasetSplit split = DatasetSplit.Of(ImageFolder.Open(root));

        Assert.Equal((244, 153), (split.Training.Samples.Count, split.Validation.Samples.Count));
    }
}
