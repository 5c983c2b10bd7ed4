namespace TransferLearning.Heads;

/// <summary>Which features of the training images a head is solved on.</summary>
public enum HeadViews
{
    /// <summary>Those of each image as validation and prediction prepare it: what the head will see.</summary>
    AsPredicted,

    /// <summary>Those of the augmented views that epochs of the head use, all of them; views of one image are left out together.</summary>
    Augmented,
}
