namespace TransferLearning.Networks.Layers;

/// <summary>A layer with weights that computes in the number format of its input, so that a network of such layers can compute in bfloat16.</summary>
/// <remarks>Weights stay float32, and so do their gradients.</remarks>
public interface IFollowsInputFormat;
