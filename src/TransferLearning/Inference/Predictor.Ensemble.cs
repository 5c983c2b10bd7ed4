using TransferLearning.Imaging;
using TransferLearning.Inference;
using TransferLearning.Models;
using TransferLearning.Networks;
using TransferLearning.Predictions;

namespace TransferLearning;

// Several models as one.
public sealed partial class Predictor
{
    /// <summary>Makes one model of several, saved as one file, whose prediction is the mean of theirs: of probabilities of classes, or of values.</summary>
    /// <remarks>
    /// <para>B. Lakshminarayanan, A. Pritzel and C. Blundell, "Simple and Scalable Predictive Uncertainty Estimation using Deep Ensembles", NIPS 2017. A
    /// prediction takes as long as those of all members, but members that differ in their linear heads alone, as after <see
    /// cref="Trainer.ExtractFeatures"/>, share one network and take the time and memory of one.</para>
    /// <para>The ensemble takes the members over: they can no longer be used, and need not be disposed. If this throws because they do not fit together, they
    /// are as before. Temperatures, and the scales of numbers, go into the members' heads; a temperature that comes after the mean of views' probabilities
    /// cannot, and is refused. Calibrate the ensemble anew.</para>
    /// </remarks>
    /// <param name="members">2 to 32 models of one network, task, preprocessing, and views, with the same classes in the same order.</param>
    /// <param name="averageOutputs">Whether outputs, such as logits, are averaged rather than what is read from them. If all members share one network, the
    /// result is then a single model with the mean head.</param>
    /// <returns>The ensemble; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">There are fewer or more members, one is null, comes twice or is an ensemble, or they differ in more than their
    /// weights; the message says in what.</exception>
    /// <exception cref="ObjectDisposedException">A member was disposed.</exception>
    public static Predictor Ensemble(IEnumerable<Predictor> members, bool averageOutputs = false)
    {
        Predictor[] all = AlikeModels.Require(members, "member", nameof(members));
        RequireTemperaturesThatHeadsCanTakeIn(all);
        ReadAs first = all[0]._reads;
        if (first.Reading is ITemperatureReading { Temperature: not 1 } calibrated)
            first = ReadBy(first, calibrated.WithTemperature(1));
        int outputs = first.Reading.GetOutputCount(first.Metadata.Classes);
        (double Factor, double Offset)[][] conversions = [.. all.Select((member, index) => member._reads.Reading.ConvertTo(first.Reading, outputs)?.ToArray()
            ?? throw AlikeModels.Refused("member", index, "reads its outputs by other settings, such as thresholds", nameof(members)))];
        bool hasLinearHead = all.All(member => member.Use(backbone => backbone.HasLinearHead));
        if (!hasLinearHead && Array.FindIndex(conversions, IsNeeded) is >= 0 and var scaled)
        {
            throw AlikeModels.Refused(
                "member", scaled, "has a temperature or a scale of its own, which only a linear head can take in: calibrate the ensemble", nameof(members));
        }
        string[] bodies = [.. all.Select((member, index) => hasLinearHead ? member.Use(AlikeModels.BodyOf) : $"{index}")];

        List<Backbone> taken = [];
        try
        {
            foreach (Predictor member in all)
                taken.AddRange(member._network.Release(member));
            IGrouping<string, int>[] groups = [.. Enumerable.Range(0, all.Length).GroupBy(index => bodies[index])];
            bool isOne = averageOutputs && groups.Length == 1;
            foreach (IGrouping<string, int> group in groups.Where(_ => hasLinearHead))
                Merge(taken, [.. group], conversions, isOne);

            ModelMetadata metadata = first.Metadata with
            {
                Ensemble = isOne ? null : new EnsembleMembers { HeadsPerNetwork = [.. groups.Select(group => group.Count())], AverageOutputs = averageOutputs },
                Metrics = new Dictionary<string, double>(),
                Epoch = 0,
                Seed = 0,
                TorchThreads = 0,
                Head = null,
            };
            Backbone[] networks = [.. groups.Select(group => taken[group.First()])];
            return new Predictor(
                networks, metadata, first.Images, first.Reading, first.Task, all[0]._network.Device, networks[0].Precision, isTaskKnown: first.IsTaskKnown);
        }
        catch
        {
            taken.ForEach(network => network.Dispose());
            throw;
        }
    }

    // A head is before the views, whose probabilities a temperature comes after.
    private static void RequireTemperaturesThatHeadsCanTakeIn(Predictor[] members)
    {
        int calibrated = Array.FindIndex(
            members, member => member._reads is { Reading: ITemperatureReading { Temperature: not 1 }, Views.AveragesReadings: true });
        if (calibrated < 0)
            return;
        throw AlikeModels.Refused("member", calibrated,
            $"has a temperature for the mean of its views, which a head cannot take in: average the views' outputs "
            + $"({nameof(TestTimeAugmentation)}.{nameof(TestTimeAugmentation.AverageOutputs)}), or set both of the ensemble", nameof(members));
    }

    /// <summary>Does something with the network, of a model that is no ensemble, while no other thread does.</summary>
    internal T Use<T>(Func<Backbone, T> action) => _network.Use(this, networks => action(networks[0]));

    /// <summary>Hands over the network, and who reads its images; the model is as if disposed.</summary>
    /// <param name="name">What errors call the model.</param>
    /// <exception cref="ModelFileException">It has several networks.</exception>
    internal (Backbone Network, ImageReader Images) ReleaseNetwork(string name)
    {
        if (Metadata.Ensemble is { HeadsPerNetwork.Count: > 1 } members)
            throw new ModelFileException(name, $"holds {members.HeadsPerNetwork.Count} networks, an ensemble; features are those of one.");
        return (_network.Release(this)[0], _reads.Images);
    }

    /// <summary>What is said of the model, how its outputs are read, and who reads images: of one moment.</summary>
    internal (ModelMetadata Metadata, OutputReading Reading, ImageReader Images) Reads
    {
        get
        {
            ReadAs reads = _reads;
            return (reads.Metadata, reads.Reading, reads.Images);
        }
    }

    /// <summary>Changes the weights, of a model that is no ensemble, while nothing is predicted.</summary>
    internal void ChangeWeights(Action<Backbone> change) => _network.Change(this, networks => change(networks[0]));

    /// <summary>Says what other weights are than those of a fit.</summary>
    internal void DescribeWeights(IReadOnlyDictionary<string, double> metrics)
    {
        _statistics = null;
        Change(reads => reads.With(reads.Metadata with { Metrics = metrics, Epoch = 0, Seed = 0, TorchThreads = 0, Head = null }));
    }

    private static bool IsNeeded((double Factor, double Offset)[] conversion) => conversion.Any(output => output is not (1, 0));

    /// <summary>Gives the first network of those that are alike below the head the heads of all, or their mean; disposes the others.</summary>
    private static void Merge(List<Backbone> networks, int[] alike, (double Factor, double Offset)[][] conversions, bool isMean)
    {
        Backbone kept = networks[alike[0]];
        if (alike.Length == 1 && !IsNeeded(conversions[alike[0]]))
            return;
        (double[] Weights, double Bias)[][] heads = [.. alike.Select(index =>
        {
            (double[][] weights, double[] bias) = networks[index].GetHead();
            return weights.Select((row, output) => (Array.ConvertAll(row, weight => weight * conversions[index][output].Factor),
                bias[output] * conversions[index][output].Factor + conversions[index][output].Offset)).ToArray();
        })];
        (double[] Weights, double Bias)[] rows = isMean
            ? [.. Enumerable.Range(0, heads[0].Length).Select(output => (
                Enumerable.Range(0, heads[0][0].Weights.Length).Select(feature => heads.Average(head => head[output].Weights[feature])).ToArray(),
                heads.Average(head => head[output].Bias)))]
            : [.. heads.SelectMany(head => head)];
        kept.SetHead([.. rows.Select(row => row.Weights)], [.. rows.Select(row => row.Bias)]);
        foreach (int index in alike[1..])
            networks[index].Dispose();
    }
}
