using System.Text.Json;
using TransferLearning.Data;
using TransferLearning.Metrics;
using TransferLearning.Predictions;
using TransferLearning.Tasks;
using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>A learning task: its targets, the number of outputs of the head, the default loss and metrics, and how outputs become predictions.</summary>
/// <remarks>Implementations must be immutable and safe for use by several threads at once.</remarks>
public abstract class LearningTask
{
    /// <summary>Each image is of exactly one class: softmax, cross-entropy, accuracy.</summary>
    public static LearningTask Classification { get; } = new SingleLabelClassification();

    /// <summary>Regression of one or more numbers per image: mean squared error, MAE, RMSE and R².</summary>
    /// <remarks>The network learns standardized targets: of each value, the mean over the training samples is taken away, and the rest is divided by the
    /// standard deviation. Metrics and predictions are in the targets' own units; only the loss is not. Metrics are computed of single-precision numbers:
    /// where targets differ by less than a hundred-thousandth of their size, as timestamps do, learn their differences from one of them.</remarks>
    public static LearningTask Regression { get; } = new ValueRegression();

    /// <summary>The tasks that every model file may name.</summary>
    internal static IReadOnlyList<LearningTask> BuiltIn { get; } = [Classification, MultiLabel(), Regression];

    /// <summary>What model files call it, such as "classification"; whoever evaluates a loaded model supplies a task of this identifier.</summary>
    public abstract string Identifier { get; }

    /// <summary>The loss that is minimized by default.</summary>
    public abstract ILoss DefaultLoss { get; }

    /// <summary>The default metrics besides the loss; the first one selects the best epoch.</summary>
    public abstract IReadOnlyList<Metric> DefaultMetrics { get; }

    /// <summary>The kind of the labels that metrics get from it, compared before a fit with <see cref="Metric.Labels"/>, and with <see cref="ILoss.Labels"/>
    /// if the default loss takes labels of this kind.</summary>
    /// <value>Null by default: any metric and any loss is tried.</value>
    public virtual LabelKind? Labels => null;

    /// <summary>How the network's outputs become predictions.</summary>
    public abstract OutputReading Reading { get; }

    /// <summary>The settings stored in a model file with the identifier, as a JSON object; undefined if there are none.</summary>
    public virtual JsonElement Settings => default;

    /// <summary>Each image is of any number of classes: sigmoid, binary cross-entropy, macro-F1 and mean average precision.</summary>
    /// <param name="threshold">The probability from which on an image is said to be of a class; above 0, below 1.</param>
    /// <returns>The task.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="threshold"/> lies outside (0, 1).</exception>
    public static LearningTask MultiLabel(double threshold = 0.5) => new MultiLabelClassification(threshold);

    /// <summary>The same task with the settings of a model file.</summary>
    /// <param name="settings">What <see cref="Settings"/> gave when the file was written.</param>
    /// <returns>The task to use; this one if it has no settings.</returns>
    /// <exception cref="ArgumentException">The settings cannot be those of this task.</exception>
    /// <exception cref="JsonException">The settings cannot be those of this task.</exception>
    public virtual LearningTask WithSettings(JsonElement settings) => this;

    /// <summary>The same task for a model whose outputs are read another way, by other thresholds, say: default metrics and settings go by it.</summary>
    /// <param name="reading">How outputs become predictions.</param>
    /// <returns>The task to use; this one by default.</returns>
    public virtual LearningTask WithReading(OutputReading reading) => this;

    /// <summary>What makes data unfit for the task, found before a fit.</summary>
    /// <param name="data">The samples to train and to validate on.</param>
    /// <returns>A sentence for each problem.</returns>
    public abstract IEnumerable<string> FindProblems(DatasetSplit data);

    /// <summary>The same task with what it needs to know of the training targets, their mean for instance.</summary>
    /// <param name="training">The samples to train on; without problems.</param>
    /// <returns>The task to train with; this one if it needs no statistics.</returns>
    public virtual LearningTask FitTargets(IDatasetSource training) => this;

    /// <summary>How many outputs the head has.</summary>
    /// <param name="names">The names of the classes, or of the values, as the source gives them.</param>
    /// <returns>At least 1; one for each name by default.</returns>
    public virtual int GetOutputCount(IReadOnlyList<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        return names.Count;
    }

    /// <summary>Encodes the targets of samples as the loss takes them.</summary>
    /// <param name="samples">The samples of a batch; at least one.</param>
    /// <param name="names">The names of the classes, or of the values.</param>
    /// <returns>A tensor on the CPU with N as first dimension; the caller disposes it.</returns>
    public abstract Tensor Encode(IReadOnlyList<Sample> samples, IReadOnlyList<string> names);

    /// <summary>The outcome of a batch, for metrics and observers.</summary>
    /// <param name="output">What the network gave, without gradient; borrowed.</param>
    /// <param name="labels">What <see cref="Encode"/> gave, on the output's device; borrowed.</param>
    /// <param name="loss">The mean loss over the batch.</param>
    /// <param name="count">How many samples the batch has.</param>
    /// <returns>Output and labels as they are, by default; a task may give both in other units. New tensors belong to the dispose scope of
    /// the caller.</returns>
    public virtual BatchOutcome GetOutcome(Tensor output, Tensor labels, double loss, int count) =>
        new() { Output = output, Labels = labels, Loss = loss, Count = count };

    /// <summary>The built-in task that suits the targets of data.</summary>
    internal static LearningTask For(DatasetSplit data) => data.Training.Samples.Concat(data.Validation.Samples).FirstOrDefault().Target switch
    {
        LabelsTarget => MultiLabel(),
        ValuesTarget => Regression,
        _ => Classification,
    };

    /// <summary>What makes metrics unfit for the task, found before a fit.</summary>
    internal IEnumerable<string> FindProblems(IEnumerable<Metric> metrics, int outputs) => metrics.SelectMany(metric =>
        Labels is { } given && metric.Labels is { } wanted && wanted != given
            ? [$"The metric '{metric.Name}' measures {wanted}; the task '{Identifier}' has {given}. "
                + $"Suitable, for instance: {string.Join(", ", DefaultMetrics)}."]
            : metric.FindProblems(outputs));

    /// <summary>What makes a loss unfit for the task or its training images, found before a fit. A task whose default loss takes labels of another kind
    /// than metrics get encodes its targets in its own way: any loss is tried.</summary>
    internal IEnumerable<string> FindProblems(ILoss loss, int outputs, IDatasetSource training) =>
        Labels is { } given && DefaultLoss.Labels == given && loss.Labels is { } wanted && wanted != given
            ? [$"The loss '{loss}' takes {wanted}; the task '{Identifier}' has {given}. Suitable, for instance: {DefaultLoss}."]
            : loss.FindProblems(outputs).Concat(loss.FindProblems(training));

    /// <summary>Finds the first sample of either side that is unfit.</summary>
    /// <param name="data">The samples to train and to validate on.</param>
    /// <param name="findProblem">What is wrong with a sample, to follow its name in a sentence; null where nothing is.</param>
    /// <returns>A sentence for each side that has such a sample.</returns>
    protected static IEnumerable<string> FindProblems(DatasetSplit data, Func<Sample, string?> findProblem)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(findProblem);
        return [.. Repeated(), .. FirstOf("training", data.Training), .. FirstOf("validation", data.Validation)];

        IEnumerable<string> Repeated() => data.Classes.CountBy(name => name).Where(entry => entry.Value > 1).Take(1)
            .Select(entry => $"The name '{entry.Key}' comes twice among the names of the classes or values; each needs a name of its own.");

        IEnumerable<string> FirstOf(string role, IDatasetSource source) => source.Samples
            .Select(sample => (sample.Name, Problem: findProblem(sample)))
            .Where(found => found.Problem is not null)
            .Select(found => $"The {role} image '{found.Name}' {found.Problem}.").Take(1);
    }

    /// <summary>What is said of a sample whose target is of another kind than the task's.</summary>
    private protected static string OtherKind(Sample sample, string expected) =>
        $"has the target {sample.Target}; {expected} is expected. Say what is learned with .Learn(LearningTask)";

    /// <summary>What is said of a class index outside the classes; null where it is inside.</summary>
    private protected static string? OutsideClasses(int index, DatasetSplit data) =>
        index >= 0 && index < data.Classes.Count ? null : $"has class index {index}; the classes are 0 to {data.Classes.Count - 1}";
}
