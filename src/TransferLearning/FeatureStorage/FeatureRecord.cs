namespace TransferLearning.FeatureStorage;

/// <summary>The features of one view of one picture.</summary>
internal sealed record FeatureRecord(PictureHash Picture, int View, ReadOnlyMemory<float> Values)
{
    public PictureView Id => new(Picture, View);
}
