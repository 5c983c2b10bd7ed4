namespace TransferLearning.Predictions;

/// <summary>Exactly one class: logits to probabilities that add up to 1, in double and shifted by the largest so that no exponential overflows.</summary>
internal sealed class SoftmaxReading : OutputReading
{
    public override string Identifier => "softmax";

    public override Prediction Read(ReadOnlySpan<float> outputs, IReadOnlyList<string> names)
    {
        float[] logits = outputs.ToArray();
        double largest = logits.Max();
        double[] exponentials = Array.ConvertAll(logits, logit => Math.Exp(logit - largest));
        double sum = exponentials.Sum();
        return new Prediction(names, Array.ConvertAll(exponentials, exponential => exponential / sum));
    }

    // The softmax of the logarithms of mean probabilities is those means.
    public override float[] Average(IReadOnlyList<float[]> views)
    {
        double[][] logarithms = [.. views.Select(logits =>
        {
            double largest = logits.Max();
            double sum = largest + Math.Log(logits.Sum(logit => Math.Exp(logit - largest)));
            return Array.ConvertAll(logits, logit => logit - sum);
        })];
        return [.. Enumerable.Range(0, views[0].Length).Select(output => (float)LogarithmOfMean(logarithms.Select(view => view[output])))];
    }
}
