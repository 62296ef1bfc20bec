# Types come from the values, or from --type; roles from the names, or from --role.
. "$DATA/shell"
train "$pool" 2>/dev/null
lookalike inspect model.safetensors --format plan | grep -A 1 name:
train "$pool" --type age=category --role city=ignore --role email=feature --exclude vip 2>/dev/null
lookalike inspect model.safetensors --format plan | grep -A 1 name:
lookalike inspect model.safetensors --format json | grep reason
