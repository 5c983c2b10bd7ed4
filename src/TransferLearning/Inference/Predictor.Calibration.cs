using TransferLearning.Data;
using TransferLearning.Imaging;
using TransferLearning.Inference;
using TransferLearning.Metrics;
using TransferLearning.Models;
using TransferLearning.Networks;
using TransferLearning.Predictions;
using static TorchSharp.torch;

namespace TransferLearning;

// How outputs are read can be changed after training, and is saved with the model. Predictions under way read either way.
public sealed partial class Predictor
{
    /// <summary>Fits the temperature at which probabilities are most honest, by the log-loss on images that were not trained on, and reads outputs by it from
    /// now on. The order of classes, and so the accuracy, stays as it is.</summary>
    /// <remarks>C. Guo, G. Pleiss, Y. Sun and K. Q. Weinberger, "On Calibration of Modern Neural Networks", ICML 2017. Not worth while with fewer than some
    /// hundred images, or for images unlike these. Thresholds stay, but are of other probabilities then: calibrate first, and choose them afterwards.</remarks>
    /// <param name="source">Labeled images whose classes have the model's names; the validation images, usually.</param>
    /// <param name="batchSize">How many go through the network at once; at least 1.</param>
    /// <returns>The temperature, and log-loss and calibration error before and after.</returns>
    /// <exception cref="InvalidOperationException">The model does not classify, or its reading has no temperature.</exception>
    /// <inheritdoc cref="Evaluate" path="/exception"/>
    public CalibrationReport Calibrate(IDatasetSource source, int batchSize = 16)
    {
        ArgumentNullException.ThrowIfNull(source);
        ReadAs reads = _reads;
        LabelKind? labels = reads.Task().Labels;
        if (reads.Reading is not ITemperatureReading reading || (labels != LabelKind.Class && labels != LabelKind.Classes))
            throw new InvalidOperationException($"A model of the task '{Metadata.Task.Identifier}' has no probabilities that a temperature could calibrate.");

        bool ofClasses = labels == LabelKind.Class;
        Metric[] metrics = ofClasses
            ? [Metric.Accuracy, Metric.LogLoss, Metric.ExpectedCalibrationError()]
            : [Metric.MultiLabelLogLoss, Metric.MultiLabelCalibrationError()];
        OutcomeRows rows = EvaluateBy(reads, source, batchSize, metrics).Rows;
        MetricValues before = Measured(rows);
        if (TemperatureScaling.Fit(rows, ofClasses) is not double fitted)
        {
            return new CalibrationReport(reading.Temperature, before, before, FormattableString.Invariant(
                $"no temperature from {TemperatureScaling.Lowest} to {TemperatureScaling.Highest} is best on these {rows.Count} images, as where all are")
                + " right, or outputs tell nothing; more images are needed");
        }
        double temperature = Math.Clamp(reading.Temperature * fitted, ProbabilitySettings.LowestTemperature, ProbabilitySettings.HighestTemperature);
        ReadBy(now => ((now as ITemperatureReading) ?? reading).WithTemperature(temperature)); // thresholds may have changed meanwhile
        return new CalibrationReport(temperature, before, Measured(rows.DividedBy(temperature / reading.Temperature)), Problem: null);

        MetricValues Measured(OutcomeRows measured) => new(metrics.Select(metric => KeyValuePair.Create(metric.Name, measured.Measure(metric))));
    }

    /// <summary>Chooses a threshold for each class of a multi-label model on images that were not trained on, and names classes by them from now on.</summary>
    /// <remarks>Each class is measured by its own probability; a reading of your own that names fewer classes than reach their thresholds finds fewer.
    /// </remarks>
    /// <param name="source">Labeled images whose classes have the model's names; the validation images, usually.</param>
    /// <param name="goal">What a threshold is chosen for.</param>
    /// <param name="batchSize">How many go through the network at once; at least 1.</param>
    /// <returns>The threshold of each class, and what it gives there.</returns>
    /// <exception cref="InvalidOperationException">The model does not tell several labels per image, or its reading has no thresholds.</exception>
    /// <inheritdoc cref="Evaluate" path="/exception"/>
    public IReadOnlyList<ThresholdChoice> ChooseThresholds(IDatasetSource source, ThresholdGoal goal, int batchSize = 16)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(goal);
        ReadAs reads = _reads;
        if (reads.Reading is not IThresholdReading reading || reads.Task().Labels != LabelKind.Classes)
            throw new InvalidOperationException($"A model of the task '{Metadata.Task.Identifier}' has no thresholds to choose for each class.");

        Evaluation evaluation = EvaluateBy(reads, source, batchSize, []);
        ThresholdChoice[] choices = [.. Classes.Select((name, index) =>
        {
            ThresholdPoint? reached = goal.Choose(evaluation.Samples.Zip(evaluation.Predictions, (sample, prediction) =>
                (prediction.Probabilities[index], Evaluation.LabelsOf(sample).Contains(index))));
            return new ThresholdChoice(name, reached?.Threshold ?? reading.Thresholds[reading.Thresholds.Count == 1 ? 0 : index], reached);
        })];
        ReadBy(now => ((now as IThresholdReading) ?? reading).WithThresholds([.. choices.Select(choice => choice.Threshold)]));
        return choices;
    }

    /// <summary>Names classes from now on only where their probability reaches a threshold. A single-label model then says "none of these" of an image whose
    /// most probable class does not: its <see cref="Prediction.Labels"/> are empty. Metrics other than those with thresholds do not depend on it.</summary>
    /// <param name="thresholds">One for all classes, or one for each in their order; above 0 and below 1.</param>
    /// <exception cref="ArgumentException">There is neither one threshold nor one for each class, or one is outside (0, 1).</exception>
    /// <exception cref="InvalidOperationException">The model's reading has no thresholds.</exception>
    public void UseThresholds(params IReadOnlyList<double> thresholds)
    {
        ArgumentNullException.ThrowIfNull(thresholds);
        if (_reads.Reading is not IThresholdReading reading)
            throw new InvalidOperationException($"The reading '{Metadata.Reading.Identifier}' of the model has no thresholds.");
        if (thresholds.Count != 1 && thresholds.Count != Classes.Count)
        {
            throw new ArgumentException(
                $"There are {thresholds.Count} thresholds for {Classes.Count} classes; one for all or one for each is expected.", nameof(thresholds));
        }
        ReadBy(now => ((now as IThresholdReading) ?? reading).WithThresholds(thresholds));
    }

    private void ReadBy(Func<OutputReading, OutputReading> change) => Change(reads => ReadBy(reads, change(reads.Reading)));

    private static ReadAs ReadBy(ReadAs reads, OutputReading reading)
    {
        ModelMetadata metadata = reads.Metadata with { Reading = new ModelPart(reading.Identifier, reading.Settings) };
        if (reads.IsTaskKnown)
            metadata = metadata with { Task = new ModelPart(metadata.Task.Identifier, Task().Settings) };
        return reads.With(metadata, reading, Task);

        LearningTask Task() => reads.Task().WithReading(reading);
    }

    private void Change(Func<ReadAs, ReadAs> change)
    {
        lock (_changing)
            _reads = change(_reads);
    }

    /// <summary>What is seen of an image, how outputs become predictions, and what is said of both in the file.</summary>
    private sealed record ReadAs(OutputReading Reading, ModelMetadata Metadata, Func<LearningTask> Task, ImageReader Images, bool IsTaskKnown)
    {
        public PredictorViews Views { get; } = new(Metadata, Images, Reading);

        // In place of a 'with' expression, which would keep the views.
        public ReadAs With(ModelMetadata metadata, OutputReading? reading = null, Func<LearningTask>? task = null) =>
            new(reading ?? Reading, metadata, task ?? Task, Images, IsTaskKnown);

        public Prediction[] Predict(IReadOnlyList<Backbone> networks, Tensor images, string[] names) => Read(Views.Forward(networks, images), names);

        public Prediction[] Read(Tensor output, string[] names) =>
            [.. InferenceNetwork.Rows(output, "Output", names).Select(row => Reading.Read(row, Metadata.Classes))];
    }
}
