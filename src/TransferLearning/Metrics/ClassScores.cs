namespace TransferLearning.Metrics;

/// <summary>Precision, recall and F1 of one class. A ratio with denominator 0 is 0.</summary>
/// <param name="Name">The class's name.</param>
/// <param name="Precision">Of the samples taken for the class, the share that are of it; 0 to 1.</param>
/// <param name="Recall">Of the samples of the class, the share taken for it; 0 to 1.</param>
/// <param name="F1">The harmonic mean of both; 0 to 1.</param>
/// <param name="Support">The number of samples of the class.</param>
public sealed record ClassScores(string Name, double Precision, double Recall, double F1, long Support);
