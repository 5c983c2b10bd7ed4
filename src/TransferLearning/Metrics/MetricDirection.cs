namespace TransferLearning.Metrics;

/// <summary>Which way a metric improves.</summary>
public enum MetricDirection
{
    /// <summary>As accuracy does.</summary>
    HigherIsBetter,

    /// <summary>As a loss does.</summary>
    LowerIsBetter,
}
