namespace TransferLearning.Metrics;

/// <summary>Probabilities of logits in double precision.</summary>
internal static class Softmax
{
    /// <summary>The logarithm of the softmax of each logit.</summary>
    public static float[] Logarithms(ReadOnlySpan<float> logits)
    {
        (int best, double rest) = Rest(logits);
        double logOfSum = LogOfOnePlus(rest);
        var logarithms = new float[logits.Length];
        for (int i = 0; i < logits.Length; i++)
            logarithms[i] = (float)((double)logits[i] - logits[best] - logOfSum);
        return logarithms;
    }

    /// <summary>The softmax of each logit.</summary>
    public static double[] Probabilities(ReadOnlySpan<float> logits)
    {
        (int best, double rest) = Rest(logits);
        var probabilities = new double[logits.Length];
        for (int i = 0; i < logits.Length; i++)
            probabilities[i] = Math.Exp((double)logits[i] - logits[best]) / (1 + rest);
        return probabilities;
    }

    /// <summary>Minus the logarithm of the softmax of one logit.</summary>
    public static double Loss(ReadOnlySpan<float> logits, int target)
    {
        (int best, double rest) = Rest(logits);
        return LogOfOnePlus(rest) + ((double)logits[best] - logits[target]);
    }

    /// <summary>Minus the logarithm of the probability that the sigmoid of a logit gives to the truth.</summary>
    public static double BinaryLoss(double logit, bool isTrue) => Math.Max(logit, 0) - (isTrue ? logit : 0) + LogOfOnePlus(Math.Exp(-Math.Abs(logit)));

    // Log(1 + x) loses the digits of a small x; the quotient gives them back (Kahan).
    private static double LogOfOnePlus(double x) => 1 + x == 1 ? x : Math.Log(1 + x) * (x / (1 + x - 1));

    // The largest logit, and the sum of the exponentials of all others' distances from it: small where a class is nearly certain, and exact there.
    private static (int Best, double Others) Rest(ReadOnlySpan<float> logits)
    {
        int best = 0;
        for (int i = 1; i < logits.Length; i++)
        {
            if (logits[i] > logits[best])
                best = i;
        }
        double rest = 0;
        for (int i = 0; i < logits.Length; i++)
            rest += i == best ? 0 : Math.Exp((double)logits[i] - logits[best]);
        return (best, rest);
    }
}
