namespace TransferLearning.FeatureStorage;

/// <summary>One view of a picture; what the numbers of the views mean is part of the shelf's key.</summary>
internal readonly record struct PictureView(PictureHash Picture, int View);
