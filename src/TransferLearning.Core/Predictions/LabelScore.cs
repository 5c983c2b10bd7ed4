namespace TransferLearning.Predictions;

/// <summary>How probable one label is.</summary>
/// <param name="Label">The class's name.</param>
/// <param name="Probability">0 to 1: the softmax of the logits, or the sigmoid of one logit for multi-label classification.</param>
public readonly record struct LabelScore(string Label, double Probability);
