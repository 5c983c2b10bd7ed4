using TransferLearning.Internal;
using TransferLearning.Metrics;

namespace TransferLearning.Heads;

/// <summary>The weighted sum of log-losses of a linear head with a penalty on its weights, and its gradient.</summary>
/// <remarks>Classes, or labels, that no image tells apart have no minimum; they take no part and get a bias by their share.</remarks>
internal sealed class LogisticLoss
{
    private readonly HeadData _data;
    private readonly bool _isSingle;
    private readonly int[] _outputs;    // those that take part
    private readonly int _axes;
    private readonly double[] _variances;
    private readonly double _curvature;

    public LogisticLoss(HeadData data)
    {
        _data = data;
        _isSingle = data.Labels == LabelKind.Class;
        _axes = data.Features[0].Length;
        double[] present = data.OutputWeights();
        _outputs = [.. Enumerable.Range(0, data.OutputCount).Where(output => present[output] > 0 && (_isSingle || present[output] < data.TotalWeight))];
        _curvature = _isSingle ? Math.Max(0.05, 1.0 / data.OutputCount * (1 - 1.0 / data.OutputCount)) : 0.25;
        _variances = new double[_axes];
        for (int row = 0; row < data.Features.Length; row++)
        {
            for (int axis = 0; axis < _axes; axis++)
                _variances[axis] += data.Weights[row] * data.Features[row][axis] * data.Features[row][axis];
        }
    }

    /// <summary>A head of zeros: for each output that takes part its weights and its bias.</summary>
    public double[] Zero() => new double[_outputs.Length * (_axes + 1)];

    /// <summary>The length of the gradient at zero.</summary>
    public double GradientLength(double strength)
    {
        double[] gradient = Zero();
        Evaluate(gradient.ToArray(), strength, gradient);
        return Lbfgs.Length(gradient, InverseCurvature(strength));
    }

    /// <summary>About the inverse of the second derivative by each parameter.</summary>
    public double[] InverseCurvature(double strength) =>
        [.. Enumerable.Range(0, _outputs.Length * (_axes + 1)).Select(index => index % (_axes + 1) is int axis && axis < _axes
            ? 1 / (_curvature * _variances[axis] + strength)
            : 1 / (_curvature * _data.TotalWeight))];

    public double Evaluate(double[] parameters, double strength, double[] gradient)
    {
        LinearMap head = Split(parameters);
        double[][] logits = _data.Matrix.Times(head.Weights);
        double loss = 0;
        for (int row = 0; row < logits.Length; row++)
            loss += _isSingle ? Softmax(row, logits[row], head.Bias) : Sigmoids(row, logits[row], head.Bias);

        double[][] slopes = _data.Matrix.Sums(logits, _outputs.Length); // by now, logits are the derivatives by logits
        for (int output = 0; output < _outputs.Length; output++)
        {
            int start = output * (_axes + 1);
            for (int axis = 0; axis < _axes; axis++)
            {
                double weight = parameters[start + axis];
                loss += strength / 2 * weight * weight;
                gradient[start + axis] = slopes[output][axis] + strength * weight;
            }
            gradient[start + _axes] = logits.Sum(row => row[output]);
        }
        return loss;
    }

    /// <summary>The head of all outputs.</summary>
    public LinearMap HeadOf(double[] parameters)
    {
        LinearMap head = Split(parameters);
        double[] present = _data.OutputWeights();
        double total = _data.TotalWeight;
        double[][] weights = [.. present.Select(_ => new double[_axes])];
        double lowest = head.Bias.DefaultIfEmpty(0).Min() - Math.Log(total + present.Length);
        double[] bias = Array.ConvertAll(present, count => _isSingle ? lowest : Math.Log((count + 0.5) / (total - count + 0.5)));
        for (int output = 0; output < _outputs.Length; output++)
            (weights[_outputs[output]], bias[_outputs[output]]) = (head.Weights[output], head.Bias[output]);
        return new LinearMap(weights, bias);
    }

    private double Softmax(int row, double[] logits, double[] bias)
    {
        int own = Array.IndexOf(_outputs, _data.ClassOf(row));
        double weight = _data.Weights[row];
        if (own < 0)
            weight = 0; // of weight 0, as its class
        double greatest = double.NegativeInfinity;
        for (int output = 0; output < logits.Length; output++)
            greatest = Math.Max(greatest, logits[output] += bias[output]);
        double sum = 0;
        for (int output = 0; output < logits.Length; output++)
            sum += Math.Exp(logits[output] - greatest);
        double loss = own < 0 ? 0 : weight * (greatest + Math.Log(sum) - logits[own]);
        for (int output = 0; output < logits.Length; output++)
            logits[output] = weight * (Math.Exp(logits[output] - greatest) / sum - (output == own ? 1 : 0));
        return loss;
    }

    private double Sigmoids(int row, double[] logits, double[] bias)
    {
        double loss = 0;
        for (int output = 0; output < logits.Length; output++)
        {
            double logit = logits[output] + bias[output];
            double target = _data.Targets[row][_outputs[output]];
            double weight = _data.WeightOf(row, _outputs[output]);
            loss += weight * (Logits.SoftPlus(logit) - target * logit);
            logits[output] = weight * (Logits.Sigmoid(logit) - target);
        }
        return loss;
    }

    private LinearMap Split(double[] parameters) => new(
        [.. _outputs.Select((_, output) => parameters.AsSpan(output * (_axes + 1), _axes).ToArray())],
        [.. _outputs.Select((_, output) => parameters[output * (_axes + 1) + _axes])]);
}
