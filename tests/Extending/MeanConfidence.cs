using TransferLearning;
using TransferLearning.Metrics;
using static TorchSharp.torch;

namespace Extending;

/// <summary>How sure the network is of what it says, right or wrong.</summary>
public sealed class MeanConfidence() : Metric("mean confidence", MetricDirection.HigherIsBetter)
{
    public override IMetricTally CreateTally() => new Tally();

    private sealed class Tally : IMetricTally
    {
        private double _sum;
        private long _count;

        public double Value => _sum / _count;

        public void Add(BatchOutcome outcome)
        {
            using Tensor probabilities = outcome.Output.softmax(dim: 1);
            using Tensor largest = probabilities.amax([1]);
            using Tensor sum = largest.sum();
            _sum += sum.item<float>();
            _count += outcome.Count;
        }
    }
}
