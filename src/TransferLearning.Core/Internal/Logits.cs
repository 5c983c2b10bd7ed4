namespace TransferLearning.Internal;

/// <summary>Probabilities of logits, and their logarithms, in double precision, without overflow.</summary>
internal static class Logits
{
    /// <summary>The softmax of each logit, divided by a temperature first.</summary>
    public static double[] Softmax(ReadOnlySpan<float> logits, double temperature = 1)
    {
        (int best, double rest) = Rest(logits, temperature);
        var probabilities = new double[logits.Length];
        for (int i = 0; i < logits.Length; i++)
            probabilities[i] = Math.Exp(((double)logits[i] - logits[best]) / temperature) / (1 + rest);
        return probabilities;
    }

    /// <summary>The logarithm of the softmax of each logit.</summary>
    public static double[] LogSoftmax(ReadOnlySpan<float> logits)
    {
        (int best, double rest) = Rest(logits, temperature: 1);
        double logOfSum = LogOfOnePlus(rest);
        var logarithms = new double[logits.Length];
        for (int i = 0; i < logits.Length; i++)
            logarithms[i] = (double)logits[i] - logits[best] - logOfSum;
        return logarithms;
    }

    /// <summary>Minus the logarithm of the softmax of one logit.</summary>
    public static double SoftmaxLoss(ReadOnlySpan<float> logits, int target)
    {
        (int best, double rest) = Rest(logits, temperature: 1);
        return LogOfOnePlus(rest) + ((double)logits[best] - logits[target]);
    }

    /// <summary>The sigmoid of a logit.</summary>
    public static double Sigmoid(double logit) => 1 / (1 + Math.Exp(-logit));

    /// <summary>Minus the logarithm of the probability that the sigmoid of a logit gives to the truth.</summary>
    public static double SigmoidLoss(double logit, bool isTrue) => SoftPlus(isTrue ? -logit : logit);

    /// <summary>log(1 + exp(x)).</summary>
    public static double SoftPlus(double x) => Math.Max(x, 0) + LogOfOnePlus(Math.Exp(-Math.Abs(x)));

    // Log(1 + x) loses the digits of a small x; the quotient gives them back (Kahan).
    private static double LogOfOnePlus(double x) => 1 + x == 1 ? x : Math.Log(1 + x) * (x / (1 + x - 1));

    // The largest logit, and the sum of the exponentials of all others' distances from it: small where a class is nearly certain, and exact there.
    private static (int Best, double Others) Rest(ReadOnlySpan<float> logits, double temperature)
    {
        int best = 0;
        for (int i = 1; i < logits.Length; i++)
        {
            if (logits[i] > logits[best])
                best = i;
        }
        double rest = 0;
        for (int i = 0; i < logits.Length; i++)
            rest += i == best ? 0 : Math.Exp(((double)logits[i] - logits[best]) / temperature);
        return (best, rest);
    }
}
