namespace TransferLearning.Networks.Layers;

/// <summary>
/// A layer that computes between its own layers with what is no layer, as attention does. Hooks see its input and its output, and
/// each inner layer by itself, but no chain from one to the next: whoever reads a network's graph takes it as one.
/// </summary>
internal interface ICompositeLayer;
