using TorchSharp.Modules;
using TransferLearning.Internal;
using TransferLearning.Networks;

namespace TransferLearning.Freezing;

/// <summary>Applies a freeze policy to a network: requires_grad, training mode and batch-norm statistics. Epochs count from 1.</summary>
/// <remarks>Dropout stays active in frozen stages, as in PyTorch and Keras: it has no parameters.</remarks>
internal sealed class Freezer
{
    private readonly Backbone _backbone;
    private readonly FreezePolicy _policy;
    private readonly BatchNormMode _batchNorm;

    /// <summary>Binds a policy to a network, which is borrowed.</summary>
    /// <exception cref="ArgumentException">The policy does not fit the network.</exception>
    public Freezer(Backbone backbone, FreezePolicy policy, BatchNormMode batchNorm)
    {
        string[] problems = FindProblems(policy, backbone.Info, [.. ParameterNames(backbone)]);
        if (problems.Length > 0)
            throw new ArgumentException(string.Join(' ', problems), nameof(policy));

        _backbone = backbone;
        _policy = policy;
        _batchNorm = Require.Defined(batchNorm);
    }

    /// <summary>Why a policy does not fit a network: it names stages or parameters that do not exist, or freezes all parameters in the first epoch.</summary>
    /// <remarks>The parameter names are enumerated only if the metadata are not sufficient.</remarks>
    public static string[] FindProblems(FreezePolicy policy, BackboneInfo info, IEnumerable<string> parameterNames)
    {
        string[] unknown = [.. policy.FindProblems(info, parameterNames)];
        if (unknown.Length > 0)
            return unknown;

        bool headIsFrozen = policy.Freezes($"{info.Head}.weight", info, epoch: 1);
        return headIsFrozen && parameterNames.All(name => policy.Freezes(name, info, epoch: 1))
            ? [$"The freeze policy freezes every parameter of {info.Name} in epoch 1. Leave at least the head, '{info.Head}', trainable."]
            : [];
    }

    /// <summary>Sets requires_grad on exactly the parameters that are trainable in an epoch, and drops the gradients of the frozen ones.</summary>
    /// <returns>The trainable parameters with their full names, in the network's order; owned by the network.</returns>
    /// <exception cref="InvalidOperationException">The policy freezes every parameter in this epoch.</exception>
    public IReadOnlyList<(string Name, Parameter Parameter)> Apply(int epoch)
    {
        var trainable = new List<(string, Parameter)>();
        foreach ((string name, Parameter parameter) in _backbone.Network.named_parameters())
        {
            bool frozen = _policy.Freezes(name, _backbone.Info, epoch);
            parameter.requires_grad = !frozen;
            if (frozen)
                parameter.grad = null;
            else
                trainable.Add((name, parameter));
        }

        if (trainable.Count == 0)
            throw new InvalidOperationException($"The freeze policy freezes every parameter of {_backbone.Info.Name} in epoch {epoch}.");
        return trainable;
    }

    /// <summary>The number of leading stages that are entirely frozen in an epoch, so that their output does not change between steps.</summary>
    public int FrozenStages(int epoch) => ParameterNames(_backbone)
        .Where(name => !_policy.Freezes(name, _backbone.Info, epoch))
        .Min(name => _backbone.Info.Stages.TakeWhile(stage => !stage.Covers(name)).Count());

    /// <summary>Puts the network into training mode, except for batch norms whose statistics are frozen in this epoch.</summary>
    public void EnterTraining(int epoch)
    {
        _backbone.Network.train();
        foreach ((string name, TorchSharp.torch.nn.Module module) in _backbone.Network.named_modules())
        {
            if (module is BatchNorm layer && IsFrozen(name, layer, epoch))
                layer.eval();
        }
    }

    /// <summary>Puts the whole network into evaluation mode.</summary>
    public void EnterEvaluation() => _backbone.Network.eval();

    private static IEnumerable<string> ParameterNames(Backbone backbone) => backbone.Network.named_parameters().Select(entry => entry.name);

    private bool IsFrozen(string layerName, BatchNorm layer, int epoch)
    {
        if (_batchNorm == BatchNormMode.Frozen)
            return true;

        // A batch norm without weight and bias has only statistics: the policy decides by their names.
        return layer.named_parameters(recurse: false)
            .Select(entry => entry.name)
            .DefaultIfEmpty("running_mean")
            .All(name => _policy.Freezes($"{layerName}.{name}", _backbone.Info, epoch));
    }
}

/// <summary>What batch normalization does with its running statistics while the network trains.</summary>
public enum BatchNormMode
{
    /// <summary>Every batch norm uses its pretrained running statistics and does not update them; its weight and bias are still trained unless the policy
    /// freezes them. Suits small batches and small data sets.</summary>
    Frozen,

    /// <summary>Every batch norm with a trainable parameter uses the statistics of the batch and updates its running statistics; a batch norm with only
    /// frozen parameters behaves as in <see cref="Frozen"/>.</summary>
    Trained,
}
