namespace TransferLearning.Tests.Attacks;

/// <summary>What comes of a hostile input is a prediction or an error, never numbers that mean nothing.</summary>
internal static class Finite
{
    public static void Check(Prediction prediction)
    {
        if (!prediction.Numbers.All(double.IsFinite))
            throw new AttackFailedException($"predicts {string.Join(", ", prediction.Numbers)}");
    }
}
