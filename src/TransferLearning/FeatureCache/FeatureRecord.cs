namespace TransferLearning.FeatureCache;

/// <summary>The features of one view of one image.</summary>
internal sealed record FeatureRecord(ImageHash Image, int View, ReadOnlyMemory<float> Values)
{
    public ImageView Id => new(Image, View);
}
