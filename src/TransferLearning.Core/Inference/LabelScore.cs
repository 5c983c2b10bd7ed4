namespace TransferLearning.Inference;

/// <summary>How probable one label is.</summary>
/// <param name="Label">The class's name.</param>
/// <param name="Probability">The softmax of the logits, 0 to 1.</param>
public readonly record struct LabelScore(string Label, double Probability);
