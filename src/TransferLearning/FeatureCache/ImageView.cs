namespace TransferLearning.FeatureCache;

/// <summary>One view of an image; what the numbers of the views mean is part of the shelf's key.</summary>
internal readonly record struct ImageView(ImageHash Image, int View);
