namespace TransferLearning.Inference;

/// <summary>Logits to probabilities, in double and shifted by the largest so that no exponential overflows.</summary>
internal static class Softmax
{
    /// <summary>One prediction for each row of logits, [N, classes] in row order.</summary>
    public static Prediction[] Predictions(IReadOnlyList<string> classes, float[] logits) =>
        [.. logits.Chunk(classes.Count).Select(row => new Prediction(classes, Probabilities(row)))];

    private static double[] Probabilities(float[] logits)
    {
        double largest = logits.Max();
        double[] exponentials = Array.ConvertAll(logits, logit => Math.Exp(logit - largest));
        double sum = exponentials.Sum();
        return Array.ConvertAll(exponentials, exponential => exponential / sum);
    }
}
